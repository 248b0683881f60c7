"""Dense shaped networks with all their weights, at full mask and one head (docs/theory.md, section 1)."""

import math

import torch

from stopped import initial_covariance


def simulate(problem, paths, normals):
    """Covariances after the last layer, `[paths, m, m]`."""
    m, n, gamma = problem["tokens"], problem["width"], problem["gamma"]
    keep = math.sqrt(1 - gamma**2)
    plus, minus = 1 + problem["cPlus"] / math.sqrt(n), 1 + problem["cMinus"] / math.sqrt(n)
    c = 2 / (plus**2 + minus**2)
    root = torch.linalg.cholesky(initial_covariance(problem)).float() * math.sqrt(n)
    frame = torch.linalg.qr(normals.single(paths, n, m))[0].mT
    X = root @ frame
    for _ in range(problem["depth"]):
        # The queries, keys and values of one layer come from one product.
        projected = X @ normals.single(paths, n, 3 * n)
        queries, keys, values = projected.split(n, -1)
        logits = (keys @ queries.mT).mul_(1.0 / (n * problem["tau0"] * n))
        A = torch.softmax(logits, -1).sub_(1.0 / m)
        torch.diagonal(A, dim1=-2, dim2=-1).add_(1.0)
        X = (A @ values).mul_(gamma / math.sqrt(n)).add_(X, alpha=keep)
        hidden = (X @ normals.single(paths, n, n)).mul_(plus / math.sqrt(n))
        torch.nn.functional.leaky_relu_(hidden, minus / plus)
        branch = hidden @ normals.single(paths, n, n)
        X = branch.mul_(gamma * math.sqrt(c / n)).add_(X, alpha=keep)
    X = X.double()
    return X @ X.mT / n
