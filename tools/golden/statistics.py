"""Golden values for packages/sde/src/statistics, from SciPy and mpmath.

Run from the root of the repository: python tools/golden/statistics.py
Writes packages/sde/src/testing/golden/statistics.json.
"""

import itertools
import json
from pathlib import Path

import mpmath as mp
import numpy as np
import scipy
from scipy import special, stats

OUT = Path(__file__).parents[2] / "packages/sde/src/testing/golden/statistics.json"
mp.mp.dps = 60

rng = np.random.default_rng(2306)
# Rounded so that the file stays small; the rounded numbers are the samples.
normal = np.round(rng.normal(0.2, 1.0, 40), 4)
shifted = np.round(rng.normal(0.9, 1.6, 25), 4)
skewed = np.round(rng.lognormal(0.0, 0.8, 30), 4)
close = np.round(rng.normal(0.2, 1.0, 35), 4)
tied_x = np.array([1, 2, 2, 3, 3, 3, 4.0])
tied_y = np.array([2, 3, 4, 4, 5, 5.0])
samples = {
    "normal": normal,
    "shifted": shifted,
    "skewed": skewed,
    "close": close,
    "tiedX": tied_x,
    "tiedY": tied_y,
}


def real(value):
    return float(value)


def normal_table():
    rows = []
    for z in [-37, -20, -8, -5, -2.5, -1.959963984540054, -1, -0.3, -1e-8, 0, 1e-3, 0.7, 1, 3, 6]:
        rows.append([z, real(mp.ncdf(mp.mpf(z))), real(mp.ncdf(-mp.mpf(z)))])
    return rows


def chi_squared_table():
    rows = []
    for df in [0.3, 1, 2, 7, 50, 999, 20000]:
        for factor in [1e-3, 0.3, 0.9, 1, 1.1, 2, 6]:
            x = df * factor
            a, half = mp.mpf(df) / 2, mp.mpf(x) / 2
            lower = mp.gammainc(a, 0, half, regularized=True)
            upper = mp.gammainc(a, half, mp.inf, regularized=True)
            if min(lower, upper) > mp.mpf("1e-280"):
                rows.append([x, df, real(lower), real(upper)])
    return rows


def student_table():
    rows = []
    for df in [0.5, 1, 2, 3.7, 10, 63.4, 5000]:
        for t in [1e-6, 0.1, 1, 2.5, 9, 40]:
            nu, x = mp.mpf(df), mp.mpf(t)
            upper = mp.betainc(nu / 2, mp.mpf(1) / 2, 0, nu / (nu + x * x), regularized=True) / 2
            if upper > mp.mpf("1e-280"):
                rows.append([t, df, real(upper), real(1 - upper)])
    return rows


def quantile_tables():
    ps = [1e-12, 1e-4, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999]
    return {
        "normalQuantile": [[p, real(mp.sqrt(2) * mp.erfinv(2 * mp.mpf(p) - 1))] for p in ps],
        "chiSquaredQuantile": [
            [p, df, real(stats.chi2.ppf(p, df))] for df in [1, 4, 60, 3000] for p in ps
        ],
        "studentQuantile": [[p, df, real(stats.t.ppf(p, df))] for df in [1, 4.5, 60] for p in ps],
    }


def moments(x):
    n = len(x)
    s2 = np.var(x, ddof=1)
    m4 = np.mean((x - x.mean()) ** 4)
    return {
        "mean": real(x.mean()),
        "variance": real(s2),
        "standardError": real(stats.sem(x)),
        "varianceStandardError": real(np.sqrt((m4 - s2**2 * (n - 3) / (n - 1)) / n)),
        "skewness": real(stats.skew(x, bias=False)),
        "kurtosis": real(stats.kurtosis(x, bias=False)),
    }


def quantile_interval(x, p, level):
    interval = stats.quantile_test(x, p=p).confidence_interval(level)
    return [p, level, real(interval.low), real(interval.high)]


def tied_ks_pvalue(x, y):
    """Share of all labellings of the pooled sample whose distance is at least the observed one."""
    pooled = np.concatenate([x, y])
    cuts = np.unique(pooled)

    def distance(a, b):
        # Integer counts, so that equal distances compare equal.
        below_a = (a[:, None] <= cuts).sum(0)
        below_b = (b[:, None] <= cuts).sum(0)
        return np.abs(below_a * len(b) - below_b * len(a)).max()

    observed = distance(x, y)
    hits = total = 0
    for chosen in itertools.combinations(range(len(pooled)), len(x)):
        mask = np.zeros(len(pooled), bool)
        mask[list(chosen)] = True
        hits += distance(pooled[mask], pooled[~mask]) >= observed
        total += 1
    return hits / total


def ks(name_x, name_y):
    result = stats.ks_2samp(samples[name_x], samples[name_y], method="exact")
    return [name_x, name_y, real(result.statistic), real(result.pvalue)]


def ks_separated(m, n):
    """Exact p-value of complete separation, 2 / C(m + n, m): the far tail."""
    return [m, n, real(2 / mp.binomial(m + n, m))]


def bootstrap():
    statistic = np.median
    drawn = stats.bootstrap(
        (skewed,), statistic, n_resamples=200, method="percentile", rng=np.random.default_rng(7)
    )
    kept = np.round(drawn.bootstrap_distribution, 4)
    drawn.bootstrap_distribution = kept
    out = {"replicates": kept.tolist(), "estimate": real(statistic(skewed)), "intervals": {}}
    out["jackknife"] = [real(statistic(np.delete(skewed, i))) for i in range(len(skewed))]
    # A smoother statistic, where the acceleration is not zero.
    smooth = stats.bootstrap(
        (skewed,), np.mean, n_resamples=200, method="percentile", rng=np.random.default_rng(8)
    )
    smooth.bootstrap_distribution = np.round(smooth.bootstrap_distribution, 4)
    out["meanReplicates"] = smooth.bootstrap_distribution.tolist()
    for method in ["percentile", "basic", "BCa"]:
        rows = []
        for fn, result in [(statistic, drawn), (np.mean, smooth)]:
            interval = stats.bootstrap(
                (skewed,), fn, n_resamples=0, bootstrap_result=result, method=method,
                confidence_level=0.9,
            ).confidence_interval
            rows.append([real(interval.low), real(interval.high)])
        out["intervals"][method.lower()] = rows
    return out


def tests():
    one = stats.ttest_1samp(normal, 0.5)
    welch = stats.ttest_ind(normal, shifted, equal_var=False)
    levene = stats.levene(normal, shifted, center="median")
    d1, d2 = normal - normal.mean(), shifted - shifted.mean()
    both = np.concatenate([d1, d2])
    kappa = len(both) * np.sum(both**4) / np.sum(both**2) ** 2
    error = np.sqrt(sum((kappa - (len(d) - 3) / len(d)) / (len(d) - 1) for d in (d1, d2)))
    effect = np.log(np.var(normal, ddof=1) / np.var(shifted, ddof=1))
    return {
        "tTest": {"statistic": real(one.statistic), "pValue": real(one.pvalue)},
        "welchTest": {
            "statistic": real(welch.statistic),
            "pValue": real(welch.pvalue),
            "degreesOfFreedom": real(welch.df),
        },
        "brownForsythe": {"squaredStatistic": real(levene.statistic), "pValue": real(levene.pvalue)},
        "varianceTest": {
            "effect": real(effect),
            "standardError": real(error),
            "pValue": real(2 * stats.norm.sf(abs(effect / error))),
        },
    }


grid = np.linspace(-2.5, 4, 27)
bandwidth = 0.35
golden = {
    "source": "tools/golden/statistics.py",
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "mpmath": mp.__version__},
    "samples": {name: x.tolist() for name, x in samples.items()},
    "normal": normal_table(),
    "chiSquared": chi_squared_table(),
    "studentT": student_table(),
    **quantile_tables(),
    "moments": {name: moments(samples[name]) for name in ["normal", "skewed", "tiedX"]},
    "quantiles": [[p, real(np.quantile(skewed, p))] for p in [0, 0.01, 0.1, 0.25, 0.5, 0.77, 1]],
    "quantileInterval": [
        quantile_interval(skewed, p, level) for p in [0.2, 0.5, 0.7] for level in [0.8, 0.95]
    ],
    "histogram": {
        "edges": np.histogram_bin_edges(normal, bins="fd").tolist(),
        "counts": np.histogram(normal, bins="fd")[0].tolist(),
        "density": np.histogram(normal, bins="fd", density=True)[0].tolist(),
    },
    "kde": {
        "bandwidth": bandwidth,
        "x": grid.tolist(),
        "density": stats.gaussian_kde(normal, bandwidth / np.std(normal, ddof=1))(grid).tolist(),
    },
    "ks": [ks("normal", "shifted"), ks("normal", "close"), ks("skewed", "shifted")],
    "ksTied": tied_ks_pvalue(tied_x, tied_y),
    "ksSeparated": [ks_separated(5, 8), ks_separated(40, 30), ks_separated(100, 150)],
    "kolmogorov": [[x, real(special.kolmogorov(x))] for x in [0.2, 0.5, 0.9, 1, 1.36, 2, 4]],
    "energy": [
        [a, b, real(stats.energy_distance(samples[a], samples[b]))]
        for a, b in [("normal", "shifted"), ("normal", "close"), ("tiedX", "tiedY")]
    ],
    "bootstrap": bootstrap(),
    "tests": tests(),
}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
