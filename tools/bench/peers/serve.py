"""Runs peers on request, one JSON object a line from standard input to standard output.

First line out: `{"ready": {"python": …, "torch": …, "numpy": …}}`. A request is
`{"peer", "problem", "paths", "seed", "style", "chunk", "sample"}`; its reply is
`{"seconds"}`, with `V` (float64 `[paths, m, m]`, little-endian, base64) when `sample` is true, or
`{"error"}`.

Every peer uses two threads. In style `plain` they are PyTorch's own, within each operation. In
style `tuned` each of two Python threads advances its half of the paths, which needs no barrier between
operations, and draws from NumPy's generators where they are faster. `chunk` paths advance together.
"""

import base64
import json
import platform
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

import chain
import dense
import sde
import sde_general
import sde_torchsde
from normals import FastNormals, Normals

THREADS = 2
PEERS = {
    "chain": chain.simulate,
    "dense": dense.simulate,
    "sde": sde.simulate,
    "sdeGeneral": sde_general.simulate,
    "sdeTorchsde": sde_torchsde.simulate,
}


def run(request, pool):
    """Covariances at the end, `[paths, m, m]`."""
    simulate, problem = PEERS[request["peer"]], request["problem"]
    chunk = min(request["chunk"], request["paths"])
    plain = request["style"] == "plain"
    threads = 1 if plain else THREADS
    inner = THREADS if plain else 1

    def share(thread):
        torch.set_num_threads(inner)
        normals = (Normals if plain else FastNormals)(request["seed"], thread)
        first = request["paths"] * thread // threads
        last = request["paths"] * (thread + 1) // threads
        return [
            simulate(problem, min(chunk, last - start), normals)
            for start in range(first, last, chunk)
        ]

    shares = [share(0)] if plain else list(pool.map(share, range(threads)))
    return torch.cat([V for part in shares for V in part])


def answer(request, pool):
    """The reply to one request."""
    start = time.perf_counter()
    V = run(request, pool)
    reply = {"seconds": time.perf_counter() - start}
    if request.get("sample"):
        raw = V.contiguous().numpy().astype("<f8").tobytes()
        reply["V"] = base64.b64encode(raw).decode("ascii")
    return reply


def say(message):
    """Writes one line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main():
    """Answers until standard input ends."""
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    say({"ready": versions})
    with ThreadPoolExecutor(THREADS) as pool, torch.inference_mode():
        for line in sys.stdin:
            try:
                say(answer(json.loads(line), pool))
            except Exception as error:  # The caller ends the run with these words.
                say({"error": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
