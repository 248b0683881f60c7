"""The exact finite-width chain at full mask (docs/theory.md, section 4), one head."""

import math

import torch

from cholesky import cholesky
from stopped import Stopped


def simulate(problem, paths, normals):
    """Stopped covariances after the last layer, `[paths, m, m]`."""
    state = Stopped(problem, paths)
    for _ in range(problem["depth"]):
        state.move(_mlp(_attention(state.V, problem, normals), problem, normals))
    return state.V


def _attention(V, problem, normals):
    paths, m, _ = V.shape
    n = problem["width"]
    tau = problem["tau0"] * n  # τ0 √(n n_k), n_k = n with one head
    L = cholesky(V)
    left = L @ normals.double(paths, m, m)
    logits = left @ (L @ normals.bartlett(paths, m, n)).mT
    A = torch.softmax(logits.mul_(1.0 / tau), -1).sub_(1.0 / m)
    torch.diagonal(A, dim1=-2, dim2=-1).add_(1.0)
    return _residual(L, A @ L, problem, normals)


def _mlp(V, problem, normals):
    paths, m, _ = V.shape
    n = problem["width"]
    plus, minus = 1 + problem["cPlus"] / math.sqrt(n), 1 + problem["cMinus"] / math.sqrt(n)
    c = 2 / (plus**2 + minus**2)
    L = cholesky(V)
    # Float32 is enough for the hidden layer: its rounding is 10⁴ times below the noise of a layer.
    hidden = L.float() @ normals.single(paths, m, n)
    hidden = torch.nn.functional.leaky_relu_(hidden.mul_(plus), minus / plus)
    activation = (hidden @ hidden.mT).double().mul_(c / n)
    return _residual(L, cholesky(activation), problem, normals)


def _residual(L, branch, problem, normals):
    """Gram matrix of λ X + γ (branch) W/√n; X and the branch by m×m factors of their Grams."""
    paths, m, _ = L.shape
    n, gamma = problem["width"], problem["gamma"]
    scaled = branch * (gamma / math.sqrt(n))
    right = torch.cat((normals.double(paths, m, m), normals.bartlett(paths, m, n - m)), -1)
    image = scaled @ right
    image[..., :m].add_(L, alpha=math.sqrt(1 - gamma**2))
    return image @ image.mT
