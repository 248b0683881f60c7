"""Golden values of the harness's metrics, from NumPy's SVD of the token matrix itself.

The package computes every metric from the T x T covariance with its own eigenvalue routine; here
the same formulas are written on the singular values of X, so the two share no step.

    python tools/golden/metrics.py

writes packages/harness/src/metrics/testing/golden/metrics.json.
"""

import json
from pathlib import Path

import numpy as np

OUT = Path(__file__).parents[2] / "packages/harness/src/metrics/testing/golden/metrics.json"
FLOAT32_EPSILON = float(np.finfo(np.float32).eps)


def metrics(x):
    """Every covariance metric of one token matrix [T, D]; None where it is undefined."""
    tokens, width = x.shape
    v = x @ x.T / width
    norms = np.diag(v)
    upper = np.triu_indices(tokens, 1)
    alive = (norms[upper[0]] > 0) & (norms[upper[1]] > 0)
    a, b = upper[0][alive], upper[1][alive]
    rho = v[a, b] / np.sqrt(norms[a] * norms[b])
    sigma = np.linalg.svd(x, compute_uv=False)
    if tokens > width:
        sigma = np.concatenate([sigma, np.zeros(tokens - width)])
    frobenius = np.linalg.norm(x)
    zero = frobenius == 0
    p = sigma[sigma > 0] / sigma.sum() if not zero else None
    lam = sigma**2 / width

    def rho_or_none(f):
        return float(f(rho)) if rho.size else None

    out = {
        "normMean": float(norms.mean()),
        "logNormMean": float(np.log(norms).mean()) if (norms > 0).all() else None,
        "normMin": float(norms.min()),
        "normMax": float(norms.max()),
        "covarianceMean": float(v[upper].mean()) if tokens > 1 else None,
        "correlationMean": rho_or_none(np.mean),
        "correlationMin": rho_or_none(np.min),
        "correlationMax": rho_or_none(np.max),
        "stableRank": None if zero else float(frobenius**2 / np.linalg.norm(x, 2) ** 2),
        "effectiveRank": None if zero else float(np.exp(-np.sum(p * np.log(p)))),
        "participationRatio": None if zero else float(lam.sum() ** 2 / (lam**2).sum()),
        "numericalRank": int(np.linalg.matrix_rank(x, tol=tokens * FLOAT32_EPSILON * sigma[0])),
        "distanceToEqualTokens": None
        if zero
        else float(np.linalg.norm(x - x.mean(axis=0)) / frobenius),
        "distanceToRankOne": None if zero else float(np.linalg.norm(sigma[1:]) / frobenius),
    }
    for percent in (5, 25, 50, 75, 95):
        out[f"correlationQ{percent:02d}"] = rho_or_none(lambda r: np.quantile(r, percent / 100))
    return out


def token_matrices(rng):
    """Token matrices of every kind a network can produce, exactly representable in float32."""
    base = rng.standard_normal((6, 40))
    direction = rng.standard_normal(40)
    repeated = base.copy()
    repeated[3] = repeated[0]
    repeated[5] = repeated[0]
    dead = base.copy()
    dead[2] = 0
    yield "independent tokens", base
    yield "correlated tokens", 0.7 * base + 1.3 * direction
    yield "a repeated token (singular)", repeated
    yield "a zero token (singular)", dead
    yield "fewer coordinates than tokens (singular)", rng.standard_normal((6, 3))
    yield "nearly equal tokens", direction + 1e-3 * base
    yield "nearly one line, signs and lengths differ", np.outer(
        [1, -2, 0.5, 3, -1, 0.1], direction
    ) + 1e-3 * base
    yield "equal tokens", np.tile(direction, (6, 1))
    yield "opposite tokens", np.outer([1, -1], direction)
    yield "all tokens zero", np.zeros((4, 8))
    yield "one token", base[:1]
    yield "huge", 1e15 * base
    yield "tiny", 1e-15 * base
    yield "many tokens", rng.standard_normal((30, 32)) + rng.standard_normal(32)


def attention(rng):
    """Attention entropies: probabilities, mask, mean entropy and mean normalised entropy."""
    for name, size, mask in [
        ("full", 5, np.ones((5, 5), int)),
        ("causal", 5, np.tril(np.ones((5, 5), int))),
        ("a query without a key", 4, np.array([[1, 1, 0, 1], [0] * 4, [1] * 4, [0, 0, 1, 0]])),
    ]:
        logits = np.where(mask[None] == 1, rng.standard_normal((3, size, size)) * 1.5, -np.inf)
        with np.errstate(invalid="ignore"):
            e = np.exp(logits - np.where(mask.any(1), logits.max(-1), 0)[..., None])
        total = e.sum(-1, keepdims=True)
        p = np.divide(e, total, out=np.zeros_like(e), where=total > 0).astype(np.float32)
        q = p.astype(np.float64)
        entropy = -np.sum(np.where(q > 0, q * np.log(np.where(q > 0, q, 1)), 0), axis=-1)
        allowed = mask.sum(1)
        rows = allowed > 0
        several = allowed > 1
        yield {
            "name": name,
            "probabilities": q.ravel().tolist(),
            "rows": 3,
            "size": size,
            "mask": mask.ravel().tolist(),
            "attentionEntropy": float(entropy[:, rows].mean()),
            "attentionEntropyNormalized": float(
                (entropy[:, several] / np.log(allowed[several])).mean()
            ),
        }


def spectra(rng):
    """Eigenvalues of symmetric matrices on both sides of the routine's switch, ascending order."""
    for size in (1, 2, 3, 8, 24, 25, 40):
        a = rng.standard_normal((size, size))
        a = (a + a.T) / 2
        yield {"size": size, "matrix": a.ravel().tolist(), "ascending": np.linalg.eigvalsh(a).tolist()}
    graded = np.diag(10.0 ** -np.arange(6))
    q, _ = np.linalg.qr(rng.standard_normal((6, 6)))
    a = q @ graded @ q.T
    a = (a + a.T) / 2
    yield {"size": 6, "matrix": a.ravel().tolist(), "ascending": np.linalg.eigvalsh(a).tolist()}


def main():
    rng = np.random.default_rng(20230617)
    tokens = []
    for name, x in token_matrices(rng):
        x32 = x.astype(np.float32)
        tokens.append(
            {
                "name": name,
                "tokens": x.shape[0],
                "width": x.shape[1],
                "X": [float(value) for value in x32.ravel()],
                "metrics": metrics(x32.astype(np.float64)),
            }
        )
    golden = {
        "generator": "tools/golden/metrics.py",
        "numpy": np.__version__,
        "tokens": tokens,
        "attention": list(attention(rng)),
        "spectra": list(spectra(rng)),
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(golden, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
