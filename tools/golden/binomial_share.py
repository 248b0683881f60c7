"""Golden values of exact one-sided binomial bounds: quantiles of SciPy's beta distribution.

Needs SciPy; run as `python tools/golden/binomial_share.py`.
"""

import json
from pathlib import Path

from scipy.stats import beta

OUT = (
    Path(__file__).resolve().parents[2]
    / "packages/harness/src/advise/testing/golden/binomial-share.json"
)
CASES = [
    (count, of, confidence)
    for of in (1, 7, 64, 1024, 4096)
    for count in sorted({0, 1, of // 3, of - 1, of})
    for confidence in (0.6, 0.95, 0.999)
]


def lower(count, of, confidence):
    return 0.0 if count == 0 else float(beta.ppf(1 - confidence, count, of - count + 1))


def upper(count, of, confidence):
    return 1.0 if count == of else float(beta.ppf(confidence, count + 1, of - count))


rows = [[*case, lower(*case), upper(*case)] for case in CASES]
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]\n")
