"""Drifts of the covariance SDE at full mask (docs/theory.md, section 2)."""

import math

import torch


def mlp_drift(V, gamma, c_plus, c_minus):
    """γ² (c₊ − c₋)²/2π · (√(V_aa V_bb − V_ab²) − V_ab arccos ρ_ab), `[paths, m, m]`."""
    scale = gamma**2 * (c_plus - c_minus) ** 2 / (2 * math.pi)
    root = torch.diagonal(V, dim1=-2, dim2=-1).sqrt()
    product = root.unsqueeze(-1) * root.unsqueeze(-2)
    rho = (V / product).clamp_(-1.0, 1.0)
    sine = rho.square().neg_().add_(1.0).sqrt_()
    return sine.sub_(rho.mul_(torch.arccos(rho))).mul_(product).mul_(scale)


def attention_drift(V, gamma, tau0):
    """The two parts of (γ²/τ0²) [V tr(V C)/m² + F + Fᵀ]: the factor of V `[paths]`, and F."""
    m = V.shape[-1]
    rate = gamma**2 / tau0**2
    diagonal = torch.diagonal(V, dim1=-2, dim2=-1)
    row = V.mean(-1)
    mean = row.mean(-1, keepdim=True)
    centred = V - row.unsqueeze(-1) - row.unsqueeze(-2) + mean.unsqueeze(-1)
    # tr(V H V H) is the squared norm of C = H V H.
    factor = centred.square_().sum((-2, -1)).mul_(rate / m**2)
    weights = diagonal - 2.0 * row + 2.0 * mean - diagonal.mean(-1, keepdim=True)
    pulled = (V @ weights.unsqueeze(-1)).mT
    return factor, pulled.mul(diagonal.unsqueeze(-1) * (rate / (2 * m)))
