"""Golden curves of rank collapse at infinite width for two tokens, by quadrature.

    python tools/golden/collapse.py

writes packages/sde/src/testing/golden/collapse.json. Needs numpy and scipy. A softmax over two keys is
the logistic function of the difference of their logits, and the differences of the two rows are a
Gaussian pair of covariance V_ab (V_11 + V_22 - 2 V_12)/tau0^2: E[A V A^T] is a double integral, where
the package averages over drawn matrices. The ReLU's Gram matrix is an integral over the angle of the
pair, not the closed form. The ODE is solved by scipy's DOP853.
"""

import json
from pathlib import Path

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.special import expit

OUT = Path(__file__).parents[2] / "packages/sde/src/testing/golden/collapse.json"
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def mixed(V, tau0, mask):
    """E[A V A^T] for a full or causal mask."""
    variance = V * (V[0, 0] + V[1, 1] - 2 * V[0, 1]) / tau0**2
    root = np.linalg.cholesky(variance + 1e-15 * np.eye(2))
    g, h = np.meshgrid(NODES, NODES, indexing="ij")
    w = np.outer(WEIGHTS, WEIGHTS)
    first = expit(root[0, 0] * g)
    if mask == "causal":
        first = np.ones_like(first)
    second = expit(root[1, 0] * g + root[1, 1] * h)
    rows = [np.stack([first, 1 - first]), np.stack([second, 1 - second])]
    return np.array([[np.einsum("jgh,jk,kgh,gh->", a, V, b, w) for b in rows] for a in rows])


def bent(V):
    """2 E[max(u, 0) max(v, 0)]: u = |u| r cos t, v = |v| r cos(t - opening), E r^2 = 2."""
    na, nb = np.sqrt(np.diag(V))
    opening = np.arccos(np.clip(V[0, 1] / (na * nb), -1, 1))
    f = lambda t: max(np.cos(t), 0) * max(np.cos(t - opening), 0)
    points = [-np.pi / 2, np.pi / 2, opening - np.pi / 2]
    value = 4 * quad(f, -np.pi, np.pi, points=points, epsabs=1e-13)[0] / (2 * np.pi)
    out = V.copy()
    out[0, 1] = out[1, 0] = na * nb * value
    return out


def normalized(V):
    s = 1 / np.sqrt(np.diag(V))
    return V * np.outer(s, s)


def branches(c):
    out = []
    if c["attention"] == "softmax":
        out.append(lambda V: mixed(V, c["tau0"], c["mask"]))
    if c["activation"] == "relu":
        out.append(bent)
    return out


def recursion(c, V):
    path = [V]
    for _ in range(c["depth"]):
        for K in branches(c):
            if c["block"] == "unshaped":
                V = (1 - c["gamma"] ** 2) * V + c["gamma"] ** 2 * K(V)
            elif c["block"] == "depthScaled":
                V = V + K(V) / (2 * c["depth"])
            elif c["block"] == "preLN":
                V = V + K(normalized(V))
            else:
                V = normalized(V + K(V))
        path.append(V)
    return path


def ode(c, V):
    if c["block"] == "unshaped":
        end, decay = c["gamma"] ** 2 * c["depth"], 1
    elif c["block"] == "depthScaled":
        end, decay = 0.5, 0
    else:
        return None

    def field(_, y):
        W = y.reshape(2, 2)
        return sum(K(W) - decay * W for K in branches(c)).ravel()

    t = np.linspace(0, end, c["steps"] + 1)
    solution = solve_ivp(field, (0, end), V.ravel(), method="DOP853", t_eval=t, rtol=1e-10, atol=1e-12)
    return solution.y.T.reshape(-1, 2, 2)


def case(name, V, **c):
    c = {"attention": "softmax", "activation": "relu", "mask": "full", "depth": 12, "steps": 6, **c}
    V = np.array(V, float)
    path = ode(c, V)
    return {
        "name": name,
        "architecture": {k: v for k, v in c.items() if k not in ("steps",)},
        "steps": c["steps"],
        "V0": V.ravel().tolist(),
        "recursion": np.ravel(recursion(c, V)).tolist(),
        "ode": None if path is None else np.ravel(path).tolist(),
    }


def main():
    V = [[1.3, -0.3], [-0.3, 0.7]]
    cases = [
        case("unshaped", V, block="unshaped", gamma=0.5, tau0=1.0),
        case("unshaped, sharp", V, block="unshaped", gamma=0.35, tau0=0.3),
        case("unshaped, causal", V, block="unshaped", gamma=0.5, tau0=0.7, mask="causal"),
        case("attention alone", V, block="unshaped", gamma=0.6, tau0=0.5, activation="none"),
        case("ReLU alone", V, block="unshaped", gamma=0.6, tau0=1.0, attention="none"),
        case("depth-scaled", V, block="depthScaled", tau0=0.5),
        case("pre-norm", V, block="preLN", norm="rms", tau0=0.5),
        case("post-norm", V, block="postLN", norm="rms", tau0=0.5),
    ]
    OUT.write_text(json.dumps(cases, indent=1) + "\n")
    print(f"wrote {len(cases)} cases, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
