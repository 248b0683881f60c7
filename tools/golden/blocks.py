"""Golden values of the activations, norms and blocks of @shaped/attention.

Activations: mpmath with 40 digits. Norms and blocks: PyTorch in float64 with its automatic
differentiation. Needs numpy, mpmath and torch; run as `python tools/golden/blocks.py`.
"""

import json
import math
from pathlib import Path

import mpmath as mp
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
OUT = Path(__file__).resolve().parents[2] / "packages/shaped-attention/src/testing/golden"
DIGITS = 8  # the values are compared with float32


def rounded(x):
    """Nested lists of numbers with DIGITS significant digits."""
    if isinstance(x, torch.Tensor):
        x = x.detach().numpy()
    if isinstance(x, np.ndarray):
        x = x.tolist()
    if isinstance(x, list):
        return [rounded(v) for v in x]
    return float(f"{x:.{DIGITS}g}")


def write(name, source, data):
    text = json.dumps({"source": source, **data}, separators=(",", ":"))
    (OUT / name).write_text(text + "\n")
    print(name, len(text))


# ---------- activations ----------

mp.mp.dps = 40
SIGMA = {
    "tanh": mp.tanh,
    "gelu": lambda y: y * (1 + mp.erf(y / mp.sqrt(2))) / 2,
    "silu": lambda y: y / (1 + mp.exp(-y)),
    "softplus": lambda y: mp.log1p(mp.exp(y)),
}


def activations():
    xs = ["-30", "-6", "-2.5", "-1", "-0.3", "-0.001", "0", "0.001", "0.3", "1", "2.5", "6", "30"]
    cases = []
    for name, sigma in SIGMA.items():
        zero, slope = sigma(mp.mpf(0)), mp.diff(sigma, 0)
        for a, width in [("0.125", 64), ("0.5", 64), ("1", 64), ("1", 1024)]:
            s = mp.mpf(a) * mp.sqrt(width)
            phi = lambda x: s * (sigma(x / s) - zero) / slope
            second = mp.quad(
                lambda g: phi(g) ** 2 * mp.npdf(g), [-20, -8, -4, -2, -1, 0, 1, 2, 4, 8, 20]
            )
            cases.append(
                {
                    "activation": name,
                    "a": float(a),
                    "width": width,
                    "value": [float(phi(mp.mpf(x))) for x in xs],
                    "derivative": [float(mp.diff(phi, mp.mpf(x))) for x in xs],
                    "normalizer": float(1 / second),
                }
            )
    write(
        "activations.json",
        "s (sigma(x/s) - sigma(0)) / sigma'(0), s = a sqrt(width); 1/E[phi(g)^2]; mpmath",
        {"x": [float(x) for x in xs], "cases": cases},
    )


# ---------- norms ----------


def layer_norm(x, gain=None, bias=None, epsilon=1e-6):
    return torch.nn.functional.layer_norm(x, x.shape[-1:], gain, bias, epsilon)


def rms_norm(x, gain=None, epsilon=1e-6):
    y = x / torch.sqrt((x * x).mean(-1, keepdim=True) + epsilon)
    return y if gain is None else y * gain


def norms():
    rng = np.random.default_rng(11)
    x = (rng.normal(size=(5, 7)) + 0.3) * np.array([[1], [3], [0.1], [1e-3], [1]])
    gain, bias, dy = 1 + 0.3 * rng.normal(size=7), rng.normal(size=7), rng.normal(size=(5, 7))
    x, gain, bias, dy = (np.array(rounded(v)) for v in (x, gain, bias, dy))
    cases = []
    for norm in ["layer", "rms"]:
        for epsilon in [1e-6, 1e-2]:
            leaves = [torch.tensor(v, requires_grad=True) for v in (x, gain, bias)]
            if norm == "rms":
                leaves = leaves[:2]
            f = layer_norm if norm == "layer" else rms_norm
            value = f(*leaves, epsilon=epsilon)
            grads = torch.autograd.grad((value * torch.tensor(dy)).sum(), leaves)
            cases.append(
                {
                    "norm": norm,
                    "epsilon": epsilon,
                    "value": rounded(value),
                    **{k: rounded(g) for k, g in zip(["dx", "dgain", "dbias"], grads)},
                }
            )
    write(
        "norms.json",
        "torch layer_norm and x / sqrt(mean(x^2) + epsilon), gain and bias; gradients of sum(y dy)",
        {k: rounded(v) for k, v in dict(x=x, gain=gain, bias=bias, dy=dy).items()}
        | {"cases": cases},
    )


# ---------- blocks ----------

B, T, D, H, K, HIDDEN = 2, 5, 8, 2, 3, 12
SMOOTH = {
    "tanh": torch.tanh,
    "gelu": lambda y: 2 * torch.nn.functional.gelu(y),
    "silu": lambda y: 2 * torch.nn.functional.silu(y),
    "softplus": lambda y: 2 * (torch.nn.functional.softplus(y) - math.log(2)),
}
DEFAULTS = {
    "parametrization": "paper",
    "attention": None,
    "activation": None,
    "norm": "none",
    "outputProjection": True,
    "useBias": False,
    "gamma": None,
    "tau0": 0.8,
    "cPlus": 0.3,
    "cMinus": -1.4,
    "a": 0.6,
    "mlpDim": D,
    "depth": None,
    "mask": "full",
}
SHAPED = {"kind": "shaped", "gamma": 0.6}
UNSHAPED = {"kind": "unshaped", "gamma": 0.6}
STANDARD = {"parametrization": "standard"}
BLOCKS = [
    {**SHAPED, "outputProjection": False},
    {**SHAPED, "mask": "causal", "mlpDim": HIDDEN},
    {**SHAPED, **STANDARD, "mask": "padding", "useBias": True},
    {**SHAPED, "mask": "explicit", "activation": "relu"},
    {**SHAPED, "activation": "gelu"},
    {**SHAPED, "activation": "tanh", "mlpDim": HIDDEN},
    {**SHAPED, **STANDARD, "activation": "silu"},
    {**SHAPED, **STANDARD, "activation": "softplus"},
    {**SHAPED, "attention": "none"},
    {**SHAPED, "activation": "none"},
    {**UNSHAPED},
    {**UNSHAPED, "activation": "shapedRelu", "mask": "causal", "outputProjection": False},
    {"kind": "preLN", "norm": "layer", **STANDARD, "useBias": True},
    {"kind": "preLN", "norm": "rms", "mask": "causal"},
    {"kind": "postLN", "norm": "layer"},
    {"kind": "postLN", "norm": "rms", **STANDARD},
    {"kind": "depthScaled", "depth": 6},
]


def mask_of(kind):
    if kind == "full":
        return torch.ones(1, 1, T, T)
    if kind == "causal":
        return torch.tril(torch.ones(T, T))[None, None]
    if kind == "padding":
        return torch.tensor([[1.0, 1, 1, 1, 1], [1, 1, 1, 0, 0]])[:, None, None, :]
    explicit = torch.tensor(
        [[1.0, 1, 0, 0, 1], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 0, 1, 0, 0], [0, 1, 1, 0, 1]]
    )
    return explicit[None, None]


def activation_of(case):
    """The activation and its normaliser 1/E[sigma(g)^2]."""
    name = case["activation"]
    if name == "relu":
        return torch.relu, 2.0
    if name == "shapedRelu":
        plus, minus = (1 + case[c] / math.sqrt(D) for c in ("cPlus", "cMinus"))
        f = lambda u: plus * u.clamp(min=0) + minus * u.clamp(max=0)
        return f, 2 / (plus**2 + minus**2)
    scale = case["a"] * math.sqrt(D)
    f = lambda u: scale * SMOOTH[name](u / scale)
    nodes, weights = np.polynomial.hermite_e.hermegauss(160)
    second = (f(torch.tensor(nodes)) ** 2 * torch.tensor(weights)).sum() / math.sqrt(2 * math.pi)
    return f, 1 / float(second)


def attention_branch(case, w, x):
    paper = case["parametrization"] == "paper"
    width = lambda t: math.sqrt(t.shape[-1]) if paper else 1.0
    bias = lambda name: w.get(name + "/bias", 0.0)
    project = lambda name, t: t @ w[name + "/kernel"] / width(t) + bias(name)
    heads = lambda t: t.reshape(t.shape[0], T, H, -1).transpose(1, 2)
    q, k, v = (heads(project(name, x)) for name in ("query", "key", "value"))
    shaped = case["attention"] == "shaped"
    tau = case["tau0"] * math.sqrt(D * K if shaped else K)
    mask = mask_of(case["mask"])
    allowed = mask.sum(-1, keepdim=True)
    logits = (q @ k.mT / tau).masked_fill(mask == 0, -1e300)
    a = torch.softmax(logits, -1) * (allowed > 0)
    if shaped:
        gain1, gain2 = w["gamma1"][:, None, None], w["gamma2"][:, None, None]
        a = gain1 * torch.eye(T) + a - gain2 * mask / allowed.clamp(min=1)
    mixed = (a @ v).transpose(1, 2).reshape(x.shape[0], T, -1)
    out = project("output", mixed) if case["outputProjection"] else mixed
    return out, {"scores": a}


def mlp_branch(case, w, x):
    paper = case["parametrization"] == "paper"
    f, c = activation_of(case)
    pre, post = (1 / math.sqrt(D), math.sqrt(c / case["mlpDim"])) if paper else (1.0, 1.0)
    u = pre * (x @ w["mlp/pre/kernel"]) + w.get("mlp/pre/bias", 0.0)
    phi = f(u)
    out = post * (phi @ w["mlp/post/kernel"]) + w.get("mlp/post/bias", 0.0)
    return out, {"preActivation": u, "activation": phi}


def block(case, w, x):
    kind, gamma, taps = case["kind"], case["gamma"], {}
    if kind in ("shaped", "unshaped"):
        skip = math.sqrt(1 - gamma**2)
    else:
        skip, gamma = 1.0, 1 / math.sqrt(2 * case["depth"]) if kind == "depthScaled" else 1.0
    for name, branch in (("attention", attention_branch), ("mlp", mlp_branch)):
        if case["attention" if name == "attention" else "activation"] != "none":

            def norm(t, name=name):
                if case["norm"] == "rms":
                    return rms_norm(t, w[name + "_norm/gain"])
                return layer_norm(t, w[name + "_norm/gain"], w[name + "_norm/bias"])

            out, inner = branch(case, w, norm(x) if kind == "preLN" else x)
            taps |= inner
            x = skip * x + gamma * out
            if kind == "postLN":
                x = norm(x)
        if name == "attention":
            taps["attentionOutput"] = x
    return x, taps


def weights_of(case, base):
    """The weights that a block of this case has, by name, in the block's order."""
    names = []
    if case["attention"] != "none":
        for name in ["query", "key", "value"] + ["output"] * case["outputProjection"]:
            names += [name + "/kernel"] + [name + "/bias"] * case["useBias"]
        names += ["gamma1", "gamma2"] * (case["attention"] == "shaped")
    norm = {"none": [], "rms": ["gain"], "layer": ["gain", "bias"]}[case["norm"]]
    if case["attention"] != "none":
        names += ["attention_norm/" + n for n in norm]
    if case["activation"] != "none":
        for name in ["mlp/pre", "mlp/post"]:
            names += [name + "/kernel"] + [name + "/bias"] * case["useBias"]
        names += ["mlp_norm/" + n for n in norm]
    scale = 0.4 if case["parametrization"] == "standard" else 1.0
    hidden = case["mlpDim"]
    out = {}
    for name in names:
        value = base[name]
        value = {"mlp/pre": value[..., :hidden], "mlp/post/kernel": value[:hidden]}.get(
            name if name == "mlp/post/kernel" else name[:7], value
        )
        out[name] = value * scale if name.endswith("kernel") else value
    return out


def blocks():
    rng = np.random.default_rng(2306)
    shapes = {
        "query/kernel": (D, H * K),
        "key/kernel": (D, H * K),
        "value/kernel": (D, D),
        "output/kernel": (D, D),
        "mlp/pre/kernel": (D, HIDDEN),
        "mlp/post/kernel": (HIDDEN, D),
    }
    base = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    for name, shape in shapes.items():
        base[name[:-6] + "bias"] = 0.3 * rng.normal(size=shape[-1])
    for name in ["gamma1", "gamma2"]:
        base[name] = 1 + 0.3 * rng.normal(size=H)
    for name in ["attention_norm", "mlp_norm"]:
        base[name + "/gain"] = 1 + 0.3 * rng.normal(size=D)
        base[name + "/bias"] = 0.3 * rng.normal(size=D)
    base = {name: np.array(rounded(v)) for name, v in base.items()}
    x, dy = (np.array(rounded(rng.normal(size=(B, T, D)))) for _ in range(2))
    cases = []
    for overrides in BLOCKS:
        case = DEFAULTS | overrides
        shaped = case["kind"] == "shaped"
        case["attention"] = case["attention"] or ("shaped" if shaped else "softmax")
        case["activation"] = case["activation"] or ("shapedRelu" if shaped else "relu")
        w = {k: torch.tensor(v, requires_grad=True) for k, v in weights_of(case, base).items()}
        leaf = torch.tensor(x, requires_grad=True)
        value, taps = block(case, w, leaf)
        leaves = [leaf, *w.values()]
        grads = torch.autograd.grad((value * torch.tensor(dy)).sum(), leaves)
        cases.append(
            {
                "options": {k: v for k, v in case.items() if v is not None},
                "output": rounded(value.flatten()),
                "taps": {k: rounded(v.flatten()) for k, v in taps.items()},
                "dx": rounded(grads[0].flatten()),
                "gradients": {k: rounded(g.flatten()) for k, g in zip(w, grads[1:])},
            }
        )
    write(
        "blocks.json",
        "torch float64, gradients of sum(output dy); kernels times 0.4 in the standard cases",
        {
            "shapes": dict(B=B, T=T, D=D, H=H, K=K),
            "x": rounded(x.flatten()),
            "dy": rounded(dy.flatten()),
            "weights": {
                k: {"shape": list(v.shape), "values": rounded(v.flatten())} for k, v in base.items()
            },
            "masks": {k: rounded(mask_of(k).squeeze().flatten()) for k in ["padding", "explicit"]},
            "cases": cases,
        },
    )


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    activations()
    norms()
    blocks()
