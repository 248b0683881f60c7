"""The language model of `shaped train` in PyTorch, trained on request.

One JSON object a line from standard input to standard output, as `serve.py` does. First line out:
`{"ready": versions}`. Requests, each answered by one line:

- `{"do": "load", "model", "weights", "batches"}`: makes the model. `weights` names a file of float32
  numbers, every weight in the order of the network's; `batches` one of int32 token ids,
  `[batches, 2, B, T]`, inputs and targets.
- `{"do": "train", "steps", "learningRate"}`: that many steps of Adam on the batches in turn;
  `{"seconds", "losses"}`.
- `{"do": "attend", "attention", "steps"}`: forward and backward passes of one attention block;
  `{"seconds"}`.

A failure is answered by `{"error"}`.
"""

import json
import math
import platform
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

THREADS = 2
CLIP = 1.0


class Attention(nn.Module):
    """`γ1 v + softmax(q kᵀ/τ) v − γ2 C̄ v` under a causal mask, heads side by side; or softmax alone."""

    def __init__(self, width, heads, tau0, shaped=True):
        super().__init__()
        self.heads, self.shaped = heads, shaped
        self.factor = 1 / math.sqrt(width)
        key_dim = width // heads
        self.scale = 1 / (tau0 * math.sqrt(width * key_dim if shaped else key_dim))
        self.query = nn.Parameter(torch.randn(width, width))
        self.key = nn.Parameter(torch.randn(width, width))
        self.value = nn.Parameter(torch.randn(width, width))
        if shaped:
            self.gamma1 = nn.Parameter(torch.ones(heads))
            self.gamma2 = nn.Parameter(torch.ones(heads))

    def forward(self, x):
        batch, tokens, width = x.shape
        scaled = x * self.factor

        def split(kernel):
            return (scaled @ kernel).view(batch, tokens, self.heads, -1).transpose(1, 2)

        q, k, v = split(self.query), split(self.key), split(self.value)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=self.scale)
        if self.shaped:
            count = torch.arange(1, tokens + 1, dtype=x.dtype).view(tokens, 1)
            centred = v.cumsum(2) / count
            gain1, gain2 = self.gamma1.view(-1, 1, 1), self.gamma2.view(-1, 1, 1)
            mixed = mixed + gain1 * v - gain2 * centred
        return mixed.transpose(1, 2).reshape(batch, tokens, width)


class Block(nn.Module):
    """`x ← λ x + γ f(x)`, f the attention and then the MLP with the shaped ReLU."""

    def __init__(self, model):
        super().__init__()
        width, c_plus, c_minus = model["width"], model["cPlus"], model["cMinus"]
        self.attention = Attention(width, model["heads"], model["tau0"])
        self.gamma = model["gamma"]
        self.residual = math.sqrt(1 - self.gamma**2)
        self.s_plus = 1 + c_plus / math.sqrt(width)
        self.s_minus = 1 + c_minus / math.sqrt(width)
        self.before = 1 / math.sqrt(width)
        self.after = math.sqrt(2 / (self.s_plus**2 + self.s_minus**2) / width)
        self.pre = nn.Parameter(torch.empty(width, width))
        self.post = nn.Parameter(torch.empty(width, width))

    def forward(self, x):
        x = self.residual * x + self.gamma * self.attention(x)
        u = (x @ self.pre) * self.before
        if self.s_plus == 1:
            u = F.leaky_relu(u, self.s_minus)
        else:
            u = self.s_plus * F.leaky_relu(u, self.s_minus / self.s_plus)
        return self.residual * x + self.gamma * ((u @ self.post) * self.after)


class LanguageModel(nn.Module):
    """Embedding, blocks, RMS norm and readout."""

    def __init__(self, model):
        super().__init__()
        width, vocabulary = model["width"], model["vocabulary"]
        self.scale = math.sqrt(width / 2)
        self.token = nn.Parameter(torch.empty(vocabulary, width))
        self.position = nn.Parameter(torch.empty(model["tokens"], width))
        self.blocks = nn.ModuleList(Block(model) for _ in range(model["depth"]))
        self.gain = nn.Parameter(torch.empty(width))
        self.readout = nn.Parameter(torch.empty(width, vocabulary))
        self.bias = nn.Parameter(torch.empty(vocabulary))

    def in_order(self):
        """The parameters in the order of the network's weights."""
        yield from (self.token, self.position)
        for block in self.blocks:
            a = block.attention
            yield from (a.query, a.key, a.value, a.gamma1, a.gamma2, block.pre, block.post)
        yield from (self.gain, self.readout, self.bias)

    def forward(self, ids, targets):
        x = (F.embedding(ids, self.token) + self.position) * self.scale
        for block in self.blocks:
            x = block(x)
        x = F.rms_norm(x, (x.shape[-1],), self.gain, 1e-6)
        logits = torch.addmm(self.bias, x.flatten(0, 1), self.readout)
        return F.cross_entropy(logits, targets.flatten())


class Server:
    """What the requests act on."""

    def load(self, request):
        model = request["model"]
        self.model = LanguageModel(model)
        weights = torch.from_numpy(np.fromfile(request["weights"], dtype="<f4"))
        at = 0
        with torch.no_grad():
            for parameter in self.model.in_order():
                size = parameter.numel()
                parameter.copy_(weights[at : at + size].view(parameter.shape))
                at += size
        if at != weights.numel():
            raise ValueError(f"load: expected {at} numbers in the weights, got {weights.numel()}")
        shape = (-1, 2, model["batch"], model["tokens"])
        ids = np.fromfile(request["batches"], dtype="<i4").astype(np.int64).reshape(shape)
        self.batches = torch.from_numpy(ids)
        self.adam = torch.optim.Adam(self.model.parameters(), fused=True)
        self.steps = 0
        return {"parameters": at}

    def train(self, request):
        for group in self.adam.param_groups:
            group["lr"] = request["learningRate"]
        losses = []
        start = time.perf_counter()
        for _ in range(request["steps"]):
            inputs, targets = self.batches[self.steps % len(self.batches)]
            self.adam.zero_grad(set_to_none=True)
            loss = self.model(inputs, targets)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
            self.adam.step()
            losses.append(loss.item())
            self.steps += 1
        return {"seconds": time.perf_counter() - start, "losses": losses}

    def attend(self, request):
        a = request["attention"]
        layer = Attention(a["width"], a["heads"], a["tau0"], a["shaped"])
        x = torch.randn(a["batch"], a["tokens"], a["width"], requires_grad=True)
        start = time.perf_counter()
        for _ in range(request["steps"]):
            layer.zero_grad(set_to_none=True)
            x.grad = None
            layer(x).square().sum().backward()
        return {"seconds": time.perf_counter() - start}


def say(message):
    """Writes one line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main():
    """Answers until standard input ends."""
    torch.set_num_threads(THREADS)
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    say({"ready": versions})
    server = Server()
    actions = {"load": server.load, "train": server.train, "attend": server.attend}
    for line in sys.stdin:
        try:
            request = json.loads(line)
            say(actions[request["do"]](request))
        except Exception as error:  # The caller ends the run with these words.
            say({"error": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
