"""The covariance SDE by torchsde, the library for SDEs in PyTorch: Euler's method with a general noise."""

import torch
import torchsde

from sde_general import diffusion_root, drift
from stopped import initial_covariance


class CovarianceSde(torch.nn.Module):
    """`dV = b dt + R dW` of the flattened V, R the m²×m² root of the diffusion."""

    noise_type = "general"
    sde_type = "ito"

    def __init__(self, problem):
        super().__init__()
        self._problem = problem

    def f(self, _, y):
        return drift(self._square(y), self._problem).flatten(1)

    def g(self, _, y):
        return diffusion_root(self._square(y), self._problem["gamma"], self._problem["tau0"])

    def _square(self, y):
        m = self._problem["tokens"]
        V = y.view(-1, m, m)
        # The root is symmetric in a and b up to its jitter.
        return 0.5 * (V + V.mT)


def simulate(problem, paths, normals):
    """Covariances at the final time, `[paths, m, m]`; torchsde cannot stop a path that explodes."""
    m = problem["tokens"]
    torch.manual_seed(normals.seed())
    start = initial_covariance(problem).repeat(paths, 1, 1).flatten(1)
    times = torch.tensor([0.0, problem["time"]], dtype=torch.float64)
    dt = problem["time"] / problem["steps"]
    # Without the levels of a Brownian tree, which only adaptive or adjoint methods need.
    motion = torchsde.BrownianInterval(
        t0=0.0, t1=problem["time"], size=(paths, m * m), dtype=torch.float64,
        entropy=normals.seed(), dt=dt,
    )
    ends = torchsde.sdeint(
        CovarianceSde(problem), start, times, bm=motion, dt=dt, method="euler"
    )
    V = ends[-1].view(paths, m, m)
    return 0.5 * (V + V.mT)
