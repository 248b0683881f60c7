"""Paths that stop where they leave |V| ≤ r."""

import torch


def initial_covariance(problem):
    """V0, `[m, m]`: `variance0` on the diagonal, correlation `rho0` off it; float64."""
    m, rho = problem["tokens"], problem["rho0"]
    return problem["variance0"] * ((1 - rho) * torch.eye(m, dtype=torch.float64) + rho)


class Stopped:
    """Covariances `V`, `[paths, m, m]`, from one V0: a path keeps its last V once the next is larger."""

    def __init__(self, problem, paths):
        self.V = initial_covariance(problem).repeat(paths, 1, 1)
        self._bound = problem["stopAt"]
        self._alive = torch.ones(paths, dtype=torch.bool)
        self._all = True

    def move(self, proposed):
        """Sets V to the proposed one on every path that has not stopped and does not now."""
        # A NaN is not ≤ r either.
        inside = proposed.abs().amax((-2, -1)) <= self._bound
        if self._all and bool(inside.all()):
            self.V = proposed
            return
        self._alive &= inside
        self._all = False
        self.V = torch.where(self._alive[:, None, None], proposed, self.V)
