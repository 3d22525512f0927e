"""Test doubles that several packages' tests share."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class FakeEmbedder:
    """Deterministic vectors: texts that share characters lie near each other."""

    name = "fake"
    dim = 64

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of the texts' characters."""
        return np.stack([self._vector(text) for text in texts])

    def encode_document(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for documents."""
        return self.encode_query(texts)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dim, 1e-3, np.float32)
        for char in text:
            vector[hashlib.blake2b(char.encode("utf-8", "replace"), digest_size=2).digest()[0] % self.dim] += 1
        return vector / np.linalg.norm(vector)


class RecordingEmbedder(FakeEmbedder):
    """Remembers every document that it was asked for; `fails_at` makes the n-th batch of documents an error."""

    def __init__(self, *, fails_at: int = 0, name: str = "fake", dim: int = 64) -> None:
        self.name, self.dim = name, dim
        self.batches: list[list[str]] = []
        self.fails_at = fails_at

    @property
    def embedded(self) -> list[str]:
        """Every document so far."""
        return [text for batch in self.batches for text in batch]

    def encode_document(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of the texts' characters; RuntimeError in the batch that was said to fail."""
        self.batches.append(list(texts))
        if len(self.batches) == self.fails_at:
            raise RuntimeError("out of memory")
        return super().encode_document(texts)
