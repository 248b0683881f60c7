"""Cholesky factors of batches of small covariances."""

import torch

# Eigenvalues of a matrix outside the cone are raised to this share of their absolute sum, and the
# diagonal by a tenth of it: the smallest for which the second factorisation never fails in float64.
FLOOR = 1e-12


def cholesky(V):
    """Lower triangular L, `[paths, m, m]`, with L Lᵀ = V, or its projection where V has left the cone."""
    L, info = torch.linalg.cholesky_ex(V)
    if info.any():
        bad = info.nonzero().squeeze(-1)
        L[bad] = torch.linalg.cholesky_ex(_projected(V[bad]))[0]
    return L


def _projected(V):
    values, vectors = torch.linalg.eigh(V)
    total = values.abs().sum(-1, keepdim=True)
    values = torch.maximum(values, FLOOR * total)
    raised = (vectors * values.unsqueeze(-2)) @ vectors.mT
    identity = torch.eye(V.shape[-1], dtype=V.dtype)
    return 0.5 * (raised + raised.mT) + 0.1 * FLOOR * total.unsqueeze(-1) * identity
