"""Writes golden values of shaped attention: outputs, matrices and gradients, in float64.

Run as `python tools/golden/attention.py` (needs PyTorch). Independent of the layer: the matrix A is
formed explicitly, masked softmax is exp and a sum over allowed keys only, gradients are autograd's.
"""

import json
import math
import pathlib

import torch

torch.set_default_dtype(torch.float64)
OUT = (
    pathlib.Path(__file__).resolve().parents[2]
    / "packages/shaped-attention/src/testing/golden/attention.json"
)
B, T, D, K, V = 2, 4, 6, 3, 2

TRIL = torch.tril(torch.ones(T, T))
PADDING = torch.tensor([[1.0, 1, 1, 0], [0, 1, 1, 1]])
EXPLICIT = torch.tensor(
    [
        [[1.0, 0, 1, 0], [1, 1, 1, 1], [0, 0, 0, 1], [0, 1, 1, 0]],
        [[0, 1, 0, 0], [1, 0, 0, 1], [1, 1, 1, 0], [1, 1, 1, 1]],
    ]
)
SHARED = torch.tensor([[1.0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 0, 1]])
EMPTY_ROW = torch.tensor([[1.0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 1, 0], [1, 1, 1, 1]])
ALL = torch.ones(B, T, T)

MASKS = {
    "none": ({}, ALL),
    "causal": ({"causal": True}, ALL * TRIL),
    "padding": ({"padding": PADDING}, ALL * PADDING[:, None, :]),
    "explicit": ({"explicit": EXPLICIT}, EXPLICIT),
    "shared explicit": ({"explicit": SHARED}, ALL * SHARED),
    "causal and padding": (
        {"causal": True, "padding": PADDING},
        ALL * TRIL * PADDING[:, None, :],
    ),
    "causal, padding and explicit": (
        {"causal": True, "padding": PADDING, "explicit": EXPLICIT},
        TRIL * PADDING[:, None, :] * EXPLICIT,
    ),
    "a row without keys": ({"explicit": EMPTY_ROW}, ALL * EMPTY_ROW),
}


def rounded(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]


def attention_matrix(q, k, allowed, tau, gamma1, gamma2, gamma_s, shaped):
    logits = q @ k.transpose(-1, -2) / tau
    weights = torch.exp(logits) * allowed
    total = weights.sum(-1, keepdim=True)
    softmax = weights / torch.where(total > 0, total, torch.ones_like(total))
    if not shaped:
        return softmax
    count = allowed.sum(-1, keepdim=True)
    centring = allowed / torch.where(count > 0, count, torch.ones_like(count))
    identity = torch.eye(T)
    per_head = lambda gain: gain[None, :, None, None]
    return (
        per_head(gamma1) * identity
        + per_head(gamma_s) * softmax
        - per_head(gamma2) * centring
    )


def case(generator, name, heads, projection, rule, shaped=True, bias=False):
    options, allowed = MASKS[name]
    draw = lambda *shape: torch.randn(*shape, generator=generator)
    tau0 = 0.7
    # Weights of float32 precision, large enough that the softmax is far from uniform.
    make = lambda *shape: draw(*shape).float().double().requires_grad_()
    x = make(B, T, D)
    weights = {
        "query/kernel": make(D, heads * K),
        "key/kernel": make(D, heads * K),
        "value/kernel": make(D, heads * V),
    }
    out_width = D if projection else heads * V
    if projection:
        weights["output/kernel"] = make(heads * V, out_width)
    if bias:
        for part in [n.split("/")[0] for n in list(weights)]:
            weights[f"{part}/bias"] = make(weights[f"{part}/kernel"].shape[1])
    gains = {n: (0.5 + draw(heads)).float().double().requires_grad_() for n in ("gamma1", "gamma2", "gammaS")}
    if shaped:
        weights.update(gains)
    seen = draw(B, T, out_width).float().double()

    def project(part, value):
        y = value @ weights[f"{part}/kernel"]
        return y + weights[f"{part}/bias"] if bias else y

    split = lambda y: y.reshape(B, T, heads, -1).permute(0, 2, 1, 3)
    q, k, v = (split(project(part, x)) for part in ("query", "key", "value"))
    tau = tau0 * math.sqrt(D * K if rule == "shaped" else K)
    matrix = attention_matrix(
        q, k, allowed[:, None], tau, gains["gamma1"], gains["gamma2"], gains["gammaS"], shaped
    )
    output = (matrix @ v).permute(0, 2, 1, 3).reshape(B, T, heads * V)
    if projection:
        output = project("output", output)
    loss = (output * seen).sum()
    loss.backward()
    return {
        "mask": name,
        "numHeads": heads,
        "outputProjection": projection,
        "temperature": rule,
        "shaped": shaped,
        "useBias": bias,
        "tau0": tau0,
        "causal": bool(options.get("causal", False)),
        "padding": rounded(options["padding"]) if "padding" in options else None,
        "explicit": rounded(options["explicit"]) if "explicit" in options else None,
        "explicitShape": list(options["explicit"].shape) if "explicit" in options else None,
        "x": rounded(x),
        "weights": {n: {"shape": list(w.shape), "values": rounded(w)} for n, w in weights.items()},
        "lossWeights": rounded(seen),
        "output": rounded(output),
        "scores": rounded(matrix),
        "gradients": {"x": rounded(x.grad), **{n: rounded(w.grad) for n, w in weights.items()}},
    }


def main():
    generator = torch.Generator().manual_seed(23061775)
    cases = [
        case(generator, name, 1 + i % 2, i % 3 != 0, ("shaped", "standard")[(i // 2) % 2], bias=i % 4 == 3)
        for i, name in enumerate(MASKS)
    ]
    cases += [
        case(generator, "none", 2, True, "standard"),
        case(generator, "causal and padding", 2, False, "standard", bias=True),
        case(generator, "a row without keys", 2, True, "standard"),
        case(generator, "none", 1, True, "standard", shaped=False),
        case(generator, "causal and padding", 2, True, "standard", shaped=False, bias=True),
    ]
    dimensions = {"B": B, "T": T, "D": D, "K": K, "V": V}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"dimensions": dimensions, "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
