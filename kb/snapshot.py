"""One immutable index on disk: written whole, verified when read."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.chunk import SHORT, Passage, PassageKind
from kb.codec import from_json, to_json
from kb.embed import Vectors
from kb.errors import SnapshotError
from kb.lexical import LexicalIndex
from kb.library import Library
from kb.pinyin import PinyinIndex, sounds, syllables
from kb.tokenised import KnownTokens, Tokenised
from kb.tokens import Synonyms, parse_synonyms, tokens
from kb.vectors import VectorIndex

FORMAT = 2
Reading = tuple[str, ...]
MANIFEST = "manifest.json"
_TOKENS = ("tokens.npy", "lengths.npy")
_FIELDS = {"model": str, "digest": str, "passages": int, "probes": int, "files": dict}


@dataclass(frozen=True)
class Snapshot:
    """Everything that answering needs, in memory.

    Passages of one entry are contiguous: `library.entries[i]` has `starts[i]:starts[i + 1]`. `whole` indexes the set of tokens of each entry;
    `background` are vectors of what people type that no entry answers.
    """

    manifest: Mapping[str, Any]
    library: Library
    passages: Sequence[Passage]
    starts: NDArray[np.int64]
    vectors: VectorIndex
    lexical: LexicalIndex
    phonetic: LexicalIndex
    whole: LexicalIndex
    background: Vectors
    pinyin: PinyinIndex
    synonyms: Synonyms

    @cached_property
    def owner(self) -> NDArray[np.int64]:
        """The entry position of every passage."""
        return np.repeat(np.arange(len(self.library.entries)), np.diff(self.starts))

    @cached_property
    def pinyin_passages(self) -> NDArray[np.int64]:
        """The passage position of every text of the pinyin index."""
        return np.array([i for i, p in enumerate(self.passages) if p.kind in SHORT], np.int64)

    @cached_property
    def latin_words(self) -> frozenset[str]:
        """The words in Latin letters that the passages hold."""
        return frozenset(token for token in self.lexical.vocabulary if token.isascii() and token.isalpha())


@dataclass(frozen=True, slots=True)
class Known:
    """What was worked out for an earlier snapshot, by text: how it is read aloud, and its tokens."""

    readings: Mapping[str, Reading] = field(default_factory=lambda: MappingProxyType({}))
    tokens: KnownTokens = field(default_factory=KnownTokens)


def write_snapshot(
    folder: Path,
    library: Library,
    passages: Sequence[Sequence[Passage]],
    vectors: VectorIndex,
    background: Vectors,
    synonyms: str,
    facts: Mapping[str, Any],
    known: Known,
) -> None:
    """Write a snapshot into an existing empty folder; the manifest comes last, so that a folder with one is complete.

    What is `known` of an earlier one need not be worked out again; the files are the same with and without it.
    """
    flat = [p for own in passages for p in own]
    readings = [(known.readings.get(p.text) or syllables(p.text)) if p.kind in SHORT else () for p in flat]
    tokenised = Tokenised.read((p.text for p in flat), tokens, known.tokens)
    _dump(folder / "entries.json", [to_json(e) for e in library.entries])
    _dump(folder / "passages.json", [[[p.kind.value, p.text] for p in own] for own in passages])
    _dump(folder / "pinyin.json", [" ".join(s or "-" for s in r) for r, p in zip(readings, flat, strict=True) if p.kind in SHORT])
    (folder / "synonyms.tsv").write_text(synonyms, encoding="utf-8")
    vectors.save(folder / "vectors.faiss")
    np.save(folder / "background.npy", background, allow_pickle=False)
    LexicalIndex.build(tokenised).save(folder / "lexical")
    for name, numbers in zip(_TOKENS, (tokenised.ids, tokenised.lengths), strict=True):
        np.save(folder / name, numbers, allow_pickle=False)
    LexicalIndex.build(tokenised.sets([len(own) for own in passages]), length_matters=0.0).save(folder / "whole")
    LexicalIndex.build(Tokenised.of(sounds(r) for r in readings)).save(folder / "phonetic")
    files = {path.relative_to(folder).as_posix(): _digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    manifest = {"format": FORMAT, "entries": len(library.entries), "passages": len(flat), "dim": vectors.dim, "probes": vectors.probes, **facts}
    _dump(folder / MANIFEST, {**manifest, "files": files})


def read_known(folder: Path) -> Known:
    """What a sound snapshot holds; nothing for any other."""
    try:
        _verified(folder, None)
        grouped = _read(folder / "passages.json")
        short = (text for own in grouped for kind, text in own if PassageKind(kind) in SHORT)
        readings = dict(zip(short, _readings(folder), strict=True))
        words = _read(folder / "lexical" / "vocabulary.json")["vocabulary"]
        tokenised = Tokenised(words, *(np.load(folder / name) for name in _TOKENS))
        return Known(readings, tokenised.by_text([text for own in grouped for _, text in own]))
    except (SnapshotError, OSError, ValueError, TypeError, KeyError):
        return Known()


def _readings(folder: Path) -> list[Reading]:
    return [tuple("" if s == "-" else s for s in row.split()) for row in _read(folder / "pinyin.json")]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a snapshot. Raises SnapshotError when there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SnapshotError("index-damaged", path=folder, reason=str(error)) from None
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise SnapshotError("index-damaged", path=folder, reason=MANIFEST)
    return manifest


def read_snapshot(folder: Path, model: str | None = None) -> Snapshot:
    """Load and verify a snapshot.

    Raises SnapshotError when it is damaged, of another format, or made with another model than `model`.
    """
    manifest = _verified(folder, model)
    try:
        return _load(folder, manifest)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise SnapshotError("index-damaged", path=folder, reason=f"{type(error).__name__}: {error}") from error


def is_sound(folder: Path) -> bool:
    """Whether a folder holds a snapshot of this format with every file as it was written."""
    try:
        _verified(folder, None)
    except SnapshotError:
        return False
    return True


def _verified(folder: Path, model: str | None) -> dict[str, Any]:
    manifest = read_manifest(folder)
    for what, got, want in (("format", manifest["format"], FORMAT), ("model", manifest.get("model"), model)):
        if want is not None and got != want:
            raise SnapshotError("index-foreign", path=folder, what=what, got=got, want=want)
    wrong = [name for name, kind in _FIELDS.items() if not isinstance(manifest.get(name), kind)]
    files = {} if wrong else manifest["files"]
    wrong = wrong or [name for name, digest in files.items() if not (folder / name).is_file() or _digest(folder / name) != digest]
    if wrong or not files:
        raise SnapshotError("index-damaged", path=folder, reason=", ".join(wrong) or "files")
    return manifest


def read_library(folder: Path) -> tuple[Library, str]:
    """The library and the synonyms of a snapshot, without what is needed to search. Raises SnapshotError when they cannot be read."""
    try:
        digest = str(read_manifest(folder)["digest"])
        entries = [from_json(item) for item in _read(folder / "entries.json")]
        return Library.of(entries, digest), (folder / "synonyms.tsv").read_text(encoding="utf-8")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotError("index-damaged", path=folder, reason=f"{type(error).__name__}: {error}") from error


def _load(folder: Path, manifest: Mapping[str, Any]) -> Snapshot:
    entries = [from_json(item) for item in _read(folder / "entries.json")]
    grouped = _read(folder / "passages.json")
    flat = [Passage(PassageKind(kind), text) for own in grouped for kind, text in own]
    short = (p.text for p in flat if p.kind in SHORT)
    readings = _readings(folder)
    library = Library.of(entries, manifest["digest"])
    if [e.ref for e in library.entries] != [e.ref for e in entries] or len(flat) != manifest["passages"]:
        raise ValueError("entries")
    return Snapshot(
        manifest=manifest,
        library=library,
        passages=flat,
        starts=np.cumsum([0, *map(len, grouped)]),
        vectors=VectorIndex.load(folder / "vectors.faiss", manifest["probes"]),
        lexical=LexicalIndex.load(folder / "lexical"),
        phonetic=LexicalIndex.load(folder / "phonetic"),
        whole=LexicalIndex.load(folder / "whole"),
        background=np.load(folder / "background.npy", allow_pickle=False),
        pinyin=PinyinIndex(short, readings),
        synonyms=parse_synonyms((folder / "synonyms.tsv").read_text(encoding="utf-8"), "synonyms.tsv")[0],
    )


def _dump(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:32]
