"""A golden safetensors file, written by the format's reference library.

    python tools/golden/safetensors_file.py

Needs safetensors 0.8 and NumPy. Writes, as base64 beside its values,
packages/harness/src/train/checkpoint/testing/golden/safetensors.json: what the reader of checkpoints
must understand.
"""

import base64
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save

OUT = (
    Path(__file__).parents[2]
    / "packages/harness/src/train/checkpoint/testing/golden/safetensors.json"
)

tensors = {
    "readout/bias": np.array([1, -0.5, 3.4e38], np.float32),
    "gain": np.array(2.0**-149, np.float32),
    "layer_0/query/kernel": np.array([[0, 1 / 3, -1e-20], [5, 6, 7]], np.float32),
    "empty": np.zeros((0, 4), np.float32),
    "größe": np.array([[[np.pi]]], np.float32),
}
data = save(tensors, metadata={"format": "golden"})
values = {name: [list(value.shape), value.ravel().tolist()] for name, value in tensors.items()}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(
    json.dumps(
        {"base64": base64.b64encode(data).decode(), "tensors": values},
        indent=2,
        ensure_ascii=False,
    )
    + "\n"
)
