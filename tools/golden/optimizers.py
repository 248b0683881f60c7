"""Golden values of the optimisers of the harness: weights along trainings of PyTorch in float64.

Clipping is torch.nn.utils.clip_grad_norm_, whose denominator is norm + 1e-6; gradients that are
clipped are chosen so that this shift stays below float32's rounding. A decoupled decay with SGD,
which PyTorch does not have, is the line of AdamW before SGD's own step. Needs torch; run as
`python tools/golden/optimizers.py`.
"""

import json
import sys
from pathlib import Path

# The folder of this script holds a statistics.py, which torch would take for Python's own.
sys.path = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent]

import torch  # noqa: E402

torch.set_default_dtype(torch.float64)
OUT = (
    Path(__file__).resolve().parents[2]
    / "packages/harness/src/optimizer/testing/golden/optimizers.json"
)
STEPS = 6
SHAPES = {"kernel": (3, 2), "bias": (4,)}

CASES = [
    {"optimizer": "adam"},
    {"optimizer": "adam", "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3},
    {"optimizer": "adamw", "weightDecay": 0.3},
    {"optimizer": "adamw", "weightDecay": 0.1, "clip": 5.0},
    {"optimizer": "sgd", "momentum": 0.0},
    {"optimizer": "sgd", "momentum": 0.0, "weightDecay": 0.3},
    {"optimizer": "sgd", "momentum": 0.9},
    {"optimizer": "sgd", "momentum": 0.9, "weightDecay": 0.3, "clip": 5.0},
]


def torch_optimizer(case, kernel, bias):
    decay = case.get("weightDecay", 0.0)
    if case["optimizer"] == "sgd":
        # Without momentum the coupled decay is the decoupled one.
        coupled = decay if case["momentum"] == 0 else 0.0
        groups = [{"params": [kernel], "weight_decay": coupled}, {"params": [bias]}]
        return torch.optim.SGD(groups, lr=1.0, momentum=case["momentum"])
    options = {
        "lr": 1.0,
        "betas": (case.get("beta1", 0.9), case.get("beta2", 0.999)),
        "eps": case.get("epsilon", 1e-8),
    }
    groups = [
        {"params": [kernel], "weight_decay": decay},
        {"params": [bias], "weight_decay": 0.0},
    ]
    return (torch.optim.AdamW if case["optimizer"] == "adamw" else torch.optim.Adam)(
        groups, **options
    )


def train(case, start, gradients, rates):
    weights = {name: value.clone().requires_grad_() for name, value in start.items()}
    kernel = weights["kernel"]
    optimizer = torch_optimizer(case, kernel, weights["bias"])
    decoupled = case["optimizer"] == "sgd" and case["momentum"] > 0
    path = []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rates[step]
        for name, weight in weights.items():
            weight.grad = gradients[name][step].clone()
        if "clip" in case:
            torch.nn.utils.clip_grad_norm_(list(weights.values()), case["clip"])
        if decoupled:
            with torch.no_grad():
                kernel.mul_(1 - rates[step] * case.get("weightDecay", 0.0))
        optimizer.step()
        path.append({name: weight.detach().flatten().tolist() for name, weight in weights.items()})
    return path


def main():
    generator = torch.Generator().manual_seed(1)

    def draw(*shape):
        # Numbers of float32, which both sides start from.
        return torch.randn(*shape, generator=generator).float().double()

    start = {name: draw(*shape) for name, shape in SHAPES.items()}
    gradients = {name: draw(STEPS, *shape) for name, shape in SHAPES.items()}
    gradients = {name: 4 * value for name, value in gradients.items()}
    gradients["bias"][2, 1] = 0.0
    rates = [0.1, 0.05, 0.2, 0.1, 0.02, 0.3]
    golden = {
        "generator": "tools/golden/optimizers.py",
        "torch": torch.__version__,
        "shapes": SHAPES,
        "rates": rates,
        "start": {name: value.flatten().tolist() for name, value in start.items()},
        "gradients": {
            name: [one.flatten().tolist() for one in value] for name, value in gradients.items()
        },
        "cases": [
            {"settings": case, "path": train(case, start, gradients, rates)} for case in CASES
        ],
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
