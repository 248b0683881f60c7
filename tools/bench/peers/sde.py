"""The covariance SDE by Euler–Maruyama with noise in O(m³) (docs/theory.md, section 3)."""

import math

import torch

from cholesky import cholesky
from drift import attention_drift, mlp_drift
from stopped import Stopped

def simulate(problem, paths, normals):
    """Stopped covariances at the final time, `[paths, m, m]`."""
    m, gamma, tau0 = problem["tokens"], problem["gamma"], problem["tau0"]
    dt = problem["time"] / problem["steps"]
    linear = math.sqrt((gamma**2 * (2 - gamma**2) + 2 * gamma**2) * dt / 2)
    attention = gamma**2 / tau0 * math.sqrt(dt) / m
    state = Stopped(problem, paths)
    for _ in range(problem["steps"]):
        V = state.V
        L = cholesky(V)
        # Half of either noise, [L G | L G'] [a Lᵀ ; b Lᵀ H V]; its transpose is the other half.
        right = torch.cat((L.mT * linear, L.mT @ (V - V.mean(-2, keepdim=True)) * attention), -2)
        half = (L @ normals.double(paths, m, 2 * m)) @ right
        factor, pulled = attention_drift(V, gamma, tau0)
        half.add_(pulled, alpha=dt)
        step = half + half.mT
        step.add_(mlp_drift(V, gamma, problem["cPlus"], problem["cMinus"]), alpha=dt)
        state.move(step.addcmul_(V, factor[:, None, None], value=dt).add_(V))
    return state.V
