"""Golden coefficients of the covariance SDE, from the network's definition by automatic differentiation.

    python tools/golden/sde.py

writes packages/sde/src/testing/golden/sde.json. Needs numpy and torch. No closed form of the package
is used: with logits z of covariance Cov(z_aj, z_bk) = V_ab V_jk / (tau0^2 n), torch gives the
Jacobian J_a and Hessian H_aj of each masked softmax row at zero, and to first order in 1/n

    A V A^T - V   has mean   V_ab sum_jk V_jk (J_a V J_b^T)_jk + 1/2 V_aa sum_j tr(H_aj V) V_jb + (a <-> b)
    and noise     E V + V E^T with E_aj = (J_a z_a)_j,

all over tau0^2 n. The MLP's mean is a quadrature over the angle between a pair's pre-activations.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
OUT = Path(__file__).parents[2] / "packages/sde/src/testing/golden/sde.json"


def masked_softmax(z, allowed):
    if not allowed.any():
        return torch.zeros_like(z)
    return torch.softmax(z.masked_fill(~allowed, -math.inf), -1)


def softmax_derivatives(mask):
    """J [a, j, k] and H [a, j, k, l] of every row of the masked softmax at zero logits."""
    m = len(mask)
    J, H = np.zeros((m, m, m)), np.zeros((m, m, m, m))
    for a in range(m):
        allowed = torch.tensor(mask[a]) == 1
        if not allowed.any():
            continue
        keys = allowed.nonzero().squeeze(-1).tolist()
        at = torch.zeros(len(keys))
        jac = torch.autograd.functional.jacobian(lambda z: torch.softmax(z, -1), at).numpy()
        J[a][np.ix_(keys, keys)] = jac
        for i, j in enumerate(keys):
            hess = torch.autograd.functional.hessian(lambda z, i=i: torch.softmax(z, -1)[i], at).numpy()
            H[a, j][np.ix_(keys, keys)] = hess
    return J, H


def attention_drift(V, mask, gamma, tau0, shift1, shift2):
    J, H = softmax_derivatives(mask)
    m = len(V)
    first = np.zeros((m, m))
    second = np.zeros((m, m))
    for a in range(m):
        for b in range(m):
            first[a, b] = V[a, b] * np.sum(V * (J[a] @ V @ J[b].T))
            second[a, b] = 0.5 * V[a, a] * sum(np.trace(H[a, j] @ V) * V[j, b] for j in range(m))
    centring = np.stack(
        [masked_softmax(torch.zeros(m), torch.tensor(row) == 1).numpy() for row in mask]
    )
    gains = shift1 * np.eye(m) - shift2 * centring
    return gamma**2 * ((first + second + second.T) / tau0**2 + gains @ V + V @ gains.T)


def shaped_relu_drift(V, gamma, c_plus, c_minus):
    """gamma^2 n (c E[phi phi^T] - V): E over the angle of the pair in the plane, by quadrature."""
    m = len(V)
    out = np.zeros((m, m))
    for a in range(m):
        for b in range(m):
            na, nb = math.sqrt(V[a, a]), math.sqrt(V[b, b])
            if a == b or na * nb == 0:
                continue
            opening = math.acos(max(-1.0, min(1.0, V[a, b] / (na * nb))))
            # u_a = na r cos t, u_b = nb r cos(t - opening), t uniform, E r^2 = 2. Only where the
            # signs differ (measure 2 * opening) does c E[phi phi^T] leave V; there s_+ s_- - (s_+^2
            # + s_-^2)/2 = -(c_+ - c_-)^2 / (2n).
            nodes, weights = np.polynomial.legendre.leggauss(60)
            t = math.pi / 2 + opening * (nodes + 1) / 2
            integrand = np.cos(t) * np.cos(t - opening)
            integral = 2 * np.sum(weights * integrand) * opening / 2 / (2 * math.pi)
            out[a, b] = gamma**2 * -((c_plus - c_minus) ** 2) / 2 * 2 * na * nb * integral
    return out


def gaussian_product_noise(V):
    """Covariance of L (G + G^T)/sqrt(2) L^T, G iid: one matrix for every unit draw."""
    m = len(V)
    L = np.linalg.cholesky(V)
    units = np.eye(m * m).reshape(m * m, m, m)
    draws = np.einsum("ij,njk,lk->nil", L, (units + units.transpose(0, 2, 1)) / math.sqrt(2), L)
    return np.einsum("nab,ncd->abcd", draws, draws)


def softmax_noise(V, mask):
    """Covariance of E V + V E^T, E_aj = (J_a z_a)_j, z = L G L^T."""
    m = len(V)
    J, _ = softmax_derivatives(mask)
    L = np.linalg.cholesky(V)
    units = np.eye(m * m).reshape(m * m, m, m)
    z = np.einsum("ij,njk,lk->nil", L, units, L)
    E = np.einsum("ajk,nak->naj", J, z)
    draws = E @ V + (E @ V).transpose(0, 2, 1)
    return np.einsum("nab,ncd->abcd", draws, draws)


def mask_rows(mask, m):
    if mask == "full":
        return np.ones((m, m), int).tolist()
    if mask == "causal":
        return np.tril(np.ones((m, m), int)).tolist()
    return mask


def case(name, V, mask="full", heads=1, projection=False, shifts=(0.0, 0.0), **c):
    V = np.asarray(V, float)
    m = len(V)
    g2 = c["gamma"] ** 2
    rows = mask_rows(mask, m)
    linear = gaussian_product_noise(V)
    attention = (2 * g2 if projection else g2 * (2 - g2)) * linear
    attention += g2**2 / c["tau0"] ** 2 / heads * softmax_noise(V, rows)
    return {
        "name": name,
        "architecture": {
            "tokens": m,
            "width": 64 * heads,
            "depth": 1,
            "heads": heads,
            "mask": mask,
            "outputProjection": projection,
            "gamma1Shift": shifts[0],
            "gamma2Shift": shifts[1],
            "gamma": c["gamma"],
            "tau0": c["tau0"],
            "cPlus": c["c_plus"],
            "cMinus": c["c_minus"],
        },
        "V": V.ravel().tolist(),
        "attentionDrift": attention_drift(V, rows, c["gamma"], c["tau0"], *shifts).ravel().tolist(),
        "mlpDrift": shaped_relu_drift(V, c["gamma"], c["c_plus"], c["c_minus"]).ravel().tolist(),
        "attentionDiffusion": attention.ravel().tolist() if m <= 4 else None,
        "mlpDiffusion": (2 * g2 * linear).ravel().tolist() if m <= 4 else None,
    }


def main():
    rng = np.random.default_rng(2306)

    def wishart(m, spread=1.0):
        X = rng.standard_normal((m, 2 * m)) * np.exp(spread * rng.standard_normal((m, 1)) / 2)
        return np.round(X @ X.T / (2 * m), 6)

    table = [[1.3, 0.4, -0.2], [0.4, 0.8, 0.25], [-0.2, 0.25, 1.1]]
    c = dict(gamma=0.6, tau0=0.9, c_plus=0.5, c_minus=-1.2)
    d = dict(gamma=0.35, tau0=0.4, c_plus=-0.3, c_minus=-2.0)
    cases = [
        case("one token", [[1.7]], **c),
        case("two tokens, opposed", [[1.1, -0.9], [-0.9, 0.8]], **c),
        case("three tokens, full", table, **c),
        case("three tokens, causal", table, "causal", **c),
        case("four heads", table, heads=4, **c),
        case("four heads and an output projection", table, heads=4, projection=True, **c),
        case("gains off one", table, "causal", shifts=(0.7, -1.3), **c),
        case("a query without keys", table, [[1, 0, 1], [0, 0, 0], [0, 1, 0]], **c),
        case("four tokens, banded", wishart(4), np.tri(4, 4, 1, int).tolist(), heads=2, **d),
        case("eight tokens, full", wishart(8), **d),
        case("eight tokens, causal", wishart(8), "causal", **d),
        case("eight tokens, random mask", wishart(8), rng.integers(0, 2, (8, 8)).tolist(), **c),
    ]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(cases, indent=1) + "\n")
    print(f"wrote {len(cases)} cases, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
