"""Streams of normal and χ² numbers, one a thread."""

import numpy as np
import torch


class Normals:
    """Numbers of one thread of a `plain` peer, all from PyTorch."""

    def __init__(self, seed, thread):
        self._sequence = np.random.SeedSequence([seed, thread])
        self._torch = torch.Generator()
        self._torch.manual_seed(int(self._sequence.generate_state(1, np.uint64)[0] >> np.uint64(1)))

    def seed(self):
        """A seed for a library that draws by itself."""
        return int(self._sequence.generate_state(1, np.uint32)[0])

    def double(self, *shape):
        """Independent N(0, 1), float64."""
        return torch.randn(*shape, generator=self._torch, dtype=torch.float64)

    def single(self, *shape):
        """Independent N(0, 1), float32."""
        return torch.randn(*shape, generator=self._torch, dtype=torch.float32)

    def gamma(self, shapes, paths):
        """Independent gamma numbers of the given shapes k and scale 1, `[paths, k]`, float64."""
        return torch._standard_gamma(shapes.expand(paths, -1), generator=self._torch)

    def bartlett(self, paths, m, degrees):
        """Lower triangular T, `[paths, m, m]`, with T Tᵀ ~ Wishart_m(degrees)."""
        root = self.double(paths, m, m).tril_(-1)
        halves = (degrees - torch.arange(m, dtype=torch.float64)) / 2.0
        diagonal = torch.diagonal(root, dim1=-2, dim2=-1)
        diagonal.copy_(self.gamma(halves, paths).mul_(2.0).sqrt_())
        return root


class FastNormals(Normals):
    """Numbers of one thread of a `tuned` peer: of PyTorch's and NumPy's generators the faster.

    NumPy's ziggurat draws float64 twice as fast as `torch.randn`; for float32 it is the other way round.
    """

    def __init__(self, seed, thread):
        super().__init__(seed, thread)
        self._numpy = np.random.Generator(np.random.SFC64(self._sequence))

    def double(self, *shape):
        return torch.from_numpy(self._numpy.standard_normal(shape))

    def gamma(self, shapes, paths):
        return torch.from_numpy(self._numpy.standard_gamma(shapes.numpy(), (paths, len(shapes))))
