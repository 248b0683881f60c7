"""Golden values of the smooth shaped activations, from their definition in 50 digits.

    python tools/golden/smooth_activation.py

writes packages/sde/src/testing/golden/smooth-activation.json. Needs mpmath. No closed form of the
package is used: derivatives at 0 are mpmath's Taylor coefficients; the normaliser c(n) = 1/E[phi(g)^2]
and the mean change of an MLP's covariance, gamma^2 n (c(n) E[phi_a phi_b] - V_ab), are integrals against
the Gaussian density, and the drift of the SDE is the limit of the latter by Richardson extrapolation
over widths 10^8, 10^9, 10^10.
"""

import json
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 50
OUT = Path(__file__).parents[2] / "packages/sde/src/testing/golden/smooth-activation.json"

SIGMA = {
    "tanh": mp.tanh,
    "gelu": lambda y: y * mp.ncdf(y),
    "silu": lambda y: y / (1 + mp.exp(-y)),
    "softplus": lambda y: mp.log1p(mp.exp(y)),
}


def normalized(name):
    """sigma-bar and its second and third derivative at 0."""
    sigma = SIGMA[name]
    t = mp.taylor(sigma, 0, 3)
    return (lambda y: (sigma(y) - t[0]) / t[1]), 2 * t[2] / t[1], 6 * t[3] / t[1]


# The trapezoidal rule with step 1/8 on [-16, 16] settles to 1e-30 for integrands analytic in a strip
# of width 2: at n >= 16 and a >= 1/2 the nearest pole of tanh(u/s) is at a distance of 3.1.
STEP = mpf(1) / 8
NODES = [STEP * k for k in range(-128, 129)]
WEIGHTS = [STEP * mp.npdf(g) for g in NODES]


def normalizer(phi):
    return 1 / mp.fsum(w * phi(g) ** 2 for g, w in zip(NODES, WEIGHTS))


def pair_mean(phi, p, q, x):
    """E[phi(u) phi(v)], Var u = p, Var v = q, Cov = x."""
    root = mp.sqrt(p)
    slope, rest = x / root, mp.sqrt(q - x * x / p)
    total = mpf(0)
    for g, w in zip(NODES[::2], WEIGHTS[::2]):
        inner = mp.fsum(v * phi(slope * g + rest * h) for h, v in zip(NODES[::2], WEIGHTS[::2]))
        total += 4 * w * phi(root * g) * inner
    return total


def layer_drift(name, a, gamma, V, n):
    """gamma^2 n (c(n) E[phi phi^T] - V)."""
    sigma, _, _ = normalized(name)
    s = mpf(a) * mp.sqrt(n)

    def phi(u):
        return s * sigma(u / s)

    c = normalizer(phi)
    m = len(V)
    out = [[mpf(0)] * m for _ in range(m)]
    for i in range(m):
        for j in range(i + 1):
            p, q, x = mpf(V[i][i]), mpf(V[j][j]), mpf(V[i][j])
            if i == j:
                mean = mp.fsum(w * phi(mp.sqrt(p) * g) ** 2 for g, w in zip(NODES, WEIGHTS))
            else:
                mean = pair_mean(phi, p, q, x)
            out[i][j] = out[j][i] = mpf(gamma) ** 2 * n * (c * mean - x)
    return out


def flat(M):
    return [float(x) for row in M for x in row]


def polynomial_drift(name, a, gamma, V, n):
    """The layer drift at a width so large that a Taylor polynomial of degree 7 is phi to 40 digits.

    Its Gaussian moments are taken by the same quadrature, in 50 digits.
    """
    sigma = SIGMA[name]
    t = mp.taylor(sigma, 0, 7)
    s = mpf(a) * mp.sqrt(n)
    coefficients = [t[k] / t[1] / s ** (k - 1) for k in range(1, 8)]

    def phi(u):
        return u * mp.polyval(coefficients[::-1], u)

    c = normalizer(phi)
    m = len(V)
    out = [[mpf(0)] * m for _ in range(m)]
    for i in range(m):
        for j in range(i + 1):
            p, q, x = mpf(V[i][i]), mpf(V[j][j]), mpf(V[i][j])
            if i == j:
                mean = mp.fsum(w * phi(mp.sqrt(p) * g) ** 2 for g, w in zip(NODES, WEIGHTS))
            else:
                mean = pair_mean(phi, p, q, x)
            out[i][j] = out[j][i] = mpf(gamma) ** 2 * n * (c * mean - x)
    return out


def limit(name, a, gamma, V):
    widths = [mpf(10) ** 8, mpf(10) ** 9, mpf(10) ** 10]
    d = [polynomial_drift(name, a, gamma, V, n) for n in widths]
    m = len(V)
    out = [[mpf(0)] * m for _ in range(m)]
    for i in range(m):
        for j in range(m):
            first = [(10 * d[k + 1][i][j] - d[k][i][j]) / 9 for k in range(2)]
            out[i][j] = (100 * first[1] - first[0]) / 99
    return out


TABLE = [["1.3", "0.4", "-0.2"], ["0.4", "0.8", "0.25"], ["-0.2", "0.25", "1.1"]]
PAIR = [["2.5", "-1.1"], ["-1.1", "0.7"]]


def case(name, a, gamma, V):
    _, second, third = normalized(name)
    return {
        "smooth": name,
        "a": a,
        "gamma": gamma,
        "V": [float(x) for row in V for x in row],
        "second": float(second),
        "third": float(third),
        "drift": flat(limit(name, a, gamma, V)),
        "finite": [
            {
                "width": n,
                "normalizer": float(normalizer_at(name, a, n)),
                "drift": flat(layer_drift(name, a, gamma, V, mpf(n))),
            }
            for n in (16, 256)
        ],
    }


def normalizer_at(name, a, n):
    sigma, _, _ = normalized(name)
    s = mpf(a) * mp.sqrt(n)
    return normalizer(lambda u: s * sigma(u / s))


def main():
    cases = [case(name, 0.75, 0.6, TABLE) for name in SIGMA]
    cases += [case("tanh", 1.5, 0.35, PAIR), case("gelu", 1.5, 0.35, PAIR)]
    OUT.write_text(json.dumps(cases, indent=1) + "\n")
    print(f"wrote {len(cases)} cases, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
