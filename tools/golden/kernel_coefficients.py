"""Constants of the compiled kernel, to 17 digits; run by hand, pasted into the sources it names.

    pip install mpmath==1.3.0
    python tools/golden/kernel_coefficients.py

- packages/random/src/ziggurat.ts: where the tail of a normal ziggurat of so many strips begins, the root
  of the condition that the top strip closes, and the area of a strip.
- packages/sde/src/kernel/assembly/relu-pull.ts: h of `√(1 − ρ²) − ρ arccos ρ = t√t h(t)`, t = 1 − ρ, as
  the Chebyshev fit on [0, 1], lowest power first, with its largest error.
- packages/sde/src/kernel/assembly/smooth-activation.ts: p of `P(Z > z) = exp(−z²/2) p(u)`,
  u = (z − 4)/(z + 4), as the Chebyshev fit on 0 ≤ z ≤ 9.
"""

from mpmath import acos, chebyfit, erfc, exp, findroot, log, mp, mpf, nstr, pi, sqrt

mp.dps = 50
PULL_DEGREE = 16
TAIL_DEGREE = 19


def density(x):
    return exp(-x * x / 2)


def area(tail):
    return tail * density(tail) + sqrt(pi / 2) * erfc(tail / sqrt(2))


def gap_at_the_top(tail, strips):
    x = tail
    for _ in range(strips - 2):
        x = sqrt(-2 * log(area(tail) / x + density(x)))
    return area(tail) / x + density(x) - 1


def pull(t):
    if t == 0:
        return 2 * sqrt(mpf(2)) / 3
    rho = 1 - mpf(t)
    return (sqrt(1 - rho * rho) - rho * acos(rho)) / (t * sqrt(t))


def scaled_tail(u):
    z = 4 * (1 + mpf(u)) / (1 - mpf(u))
    return erfc(z / sqrt(2)) / 2 * exp(z * z / 2)


if __name__ == "__main__":
    for strips, start in ((512, "3.852"), (1024, "4.04")):
        tail = findroot(lambda x: gap_at_the_top(x, strips), mpf(start)).real
        print(strips, "tail", nstr(tail, 17), "area", nstr(area(tail), 17))
    coefficients, error = chebyfit(pull, [0, 1], PULL_DEGREE + 1, error=True)
    print("pull, error", nstr(error, 3))
    for coefficient in reversed(coefficients):
        print(nstr(coefficient, 17))
    coefficients, error = chebyfit(scaled_tail, [-1, mpf(5) / 13], TAIL_DEGREE + 1, error=True)
    print("tail of the normal law, error", nstr(error, 3))
    for coefficient in reversed(coefficients):
        print(nstr(coefficient, 17))
