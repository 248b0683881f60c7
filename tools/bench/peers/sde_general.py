"""The covariance SDE with a root of the whole m²×m² diffusion: the plain way, O(m⁶) a step."""

import math

import torch

from drift import attention_drift, mlp_drift
from stopped import Stopped

# Share of its mean eigenvalue added to Σ before the Cholesky factorisation, as Σ is singular (the
# noise is symmetric). What it adds to the noise is 10⁻⁵ of it, below what any test here sees.
JITTER = 1e-10


def simulate(problem, paths, normals):
    """Stopped covariances at the final time, `[paths, m, m]`."""
    m = problem["tokens"]
    dt = problem["time"] / problem["steps"]
    state = Stopped(problem, paths)
    for _ in range(problem["steps"]):
        V = state.V
        root = diffusion_root(V, problem["gamma"], problem["tau0"])
        noise = (root @ normals.double(paths, m * m, 1)).view(paths, m, m)
        state.move(V + dt * drift(V, problem) + 0.5 * math.sqrt(dt) * (noise + noise.mT))
    return state.V


def drift(V, problem):
    """Drift of whole layers, `[paths, m, m]`."""
    factor, pulled = attention_drift(V, problem["gamma"], problem["tau0"])
    attention = V * factor[:, None, None] + pulled + pulled.mT
    return attention + mlp_drift(V, problem["gamma"], problem["cPlus"], problem["cMinus"])


def diffusion_root(V, gamma, tau0):
    """Lower triangular R, `[paths, m², m²]`, with R Rᵀ = Σ."""
    sigma = diffusion(V, gamma, tau0)
    diagonal = torch.diagonal(sigma, dim1=-2, dim2=-1)
    diagonal.add_(diagonal.mean(-1, keepdim=True) * JITTER)
    return torch.linalg.cholesky_ex(sigma)[0]


def diffusion(V, gamma, tau0):
    """Σ^{ab,cd}, `[paths, m², m²]`: g₂ Σ_lin + (γ⁴/τ0²) 𝒜."""
    paths, m, _ = V.shape
    linear = gamma**2 * (2 - gamma**2) + 2 * gamma**2
    centred = V - V.mean(-1, keepdim=True)
    centred = centred - centred.mean(-2, keepdim=True)
    # V_ac (g₂ V_bd + κ M_bd) + V_bd κ M_ac, and the same with c and d exchanged; M = V C V.
    M = (V @ centred @ V) * (gamma**4 / tau0**2 / m**2)
    mixed = linear * V + M
    half = torch.einsum("pac,pbd->pabcd", V, mixed) + torch.einsum("pac,pbd->pabcd", M, V)
    return (half + half.transpose(-1, -2)).reshape(paths, m * m, m * m)
