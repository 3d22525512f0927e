"""Building snapshots and swapping them: an index folder holds immutable snapshots, a cache of vectors, and the name of the current one."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from kb.chunk import Passage, passages
from kb.embed import Embedder
from kb.entry import Entry
from kb.errors import ContentError, SnapshotError
from kb.library import Library
from kb.snapshot import FORMAT, Known, is_sound, read_known, write_snapshot
from kb.vectorcache import Progress, cached_vectors, forget_stale
from kb.vectors import VectorIndex

# What people type into a search box that no hall answers; a query nearer to one of these than to any entry is off-topic.
_BACKGROUND = Path(__file__).parent / "background.txt"
_KEPT = 3


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: the snapshot's folder, its size, and how many passages had to be embedded anew."""

    folder: Path
    entries: int
    passages: int
    embedded: int


def current_snapshot(index: Path) -> Path:
    """The folder of the snapshot in use. Raises SnapshotError when there is none."""
    try:
        name = (index / "CURRENT").read_text(encoding="utf-8").strip()
    except OSError:
        raise SnapshotError("index-missing", path=index) from None
    if not name or "/" in name or not (index / name).is_dir():
        raise SnapshotError("index-damaged", path=index, reason="CURRENT")
    return index / name


def build_index(
    library: Library,
    synonyms: str,
    index: Path,
    embedder: Embedder,
    day: date,
    progress: Progress | None = None,
    off_topic: Sequence[str] | None = None,
) -> Built:
    """Embed what is new, write a snapshot and make it the current one; the old one serves until the very last step.

    `off_topic` takes the place of the bundled `background` lines.

    Raises ContentError for a library without entries, SnapshotError when another build is running or the disk refuses.
    """
    if not library.entries:
        raise ContentError("content-empty", path=index)
    with building(index):
        built = prepare_snapshot(library, synonyms, index, embedder, day, progress, off_topic)
        make_current(index, built)
        return built


@contextmanager
def building(index: Path) -> Iterator[None]:
    """Hold the index folder: one build or publication at a time, whichever process it is in. Raises SnapshotError as `build_index` does."""
    with _writing(index), _lock(index):
        yield


@contextmanager
def _writing(index: Path) -> Iterator[None]:
    """Make the folder; whatever the disk refuses below it becomes a SnapshotError."""
    try:
        index.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise SnapshotError("disk", path=index, reason=error.strerror or str(error)) from error


@contextmanager
def _lock(index: Path) -> Iterator[None]:
    try:
        with FileLock(index / ".lock", timeout=60):
            yield
    except Timeout:
        raise SnapshotError("index-busy", path=index) from None


def prepare_snapshot(
    library: Library,
    synonyms: str,
    index: Path,
    embedder: Embedder,
    day: date,
    progress: Progress | None = None,
    off_topic: Sequence[str] | None = None,
) -> Built:
    """Write a snapshot beside the one in use, inside of `building`; nobody reads it before `make_current`."""
    grouped = _passages(library, day)
    texts = [p.text for own in grouped for p in own]
    lines = background() if off_topic is None else list(off_topic)
    name = _name(library, [*texts, *lines, synonyms], embedder)
    target = index / name
    if is_sound(target):
        return Built(target, len(library.entries), len(texts), 0)
    vectors, embedded = cached_vectors([*texts, *lines], index, embedder, progress or (lambda _done, _all: None))
    draft = index / f".building-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    facts = {"model": embedder.name, "digest": library.digest, "name": name, "day": day.isoformat()}
    index_of_vectors = VectorIndex.build(vectors[: len(texts)])
    write_snapshot(draft, library, grouped, index_of_vectors, vectors[len(texts) :], synonyms, facts, _known(index))
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    _prune(index, (target.name, _current_name(index)))
    forget_stale([*texts, *lines], index, embedder.name)
    return Built(target, len(library.entries), len(texts), embedded)


def make_current(index: Path, built: Built) -> None:
    """Swap a prepared snapshot in, inside of `building`."""
    with _writing(index):
        _point_at(index, built.folder.name)


def _current_name(index: Path) -> str:
    try:
        return current_snapshot(index).name
    except SnapshotError:
        return ""


def _known(index: Path) -> Known:
    try:
        return read_known(current_snapshot(index))
    except SnapshotError:
        return Known()


def prepare_vectors(library: Library, index: Path, embedder: Embedder, day: date, progress: Progress) -> None:
    """Fill the cache with the vectors that a build will need. Raises SnapshotError when the disk refuses."""
    texts = [p.text for own in _passages(library, day) for p in own]
    with _writing(index):
        cached_vectors([*texts, *background()], index, embedder, progress)


def _passages(library: Library, day: date) -> list[list[Passage]]:
    return [passages(e, partial(_rendered, library, e, day)) for e in library.entries]


def background() -> list[str]:
    """What people type into a search box that no hall answers, a line each."""
    return _BACKGROUND.read_text(encoding="utf-8").splitlines()


def _rendered(library: Library, entry: Entry, day: date, text: str) -> str:
    return library.render(text, entry, day)


def _name(library: Library, texts: Sequence[str], embedder: Embedder) -> str:
    digest = hashlib.sha256(f"{FORMAT}\n{embedder.name}\n{embedder.dim}\n{library.digest}\n".encode())
    digest.update("\0".join(texts).encode())
    return digest.hexdigest()[:20]


def _point_at(index: Path, name: str) -> None:
    draft = index / f".CURRENT-{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(index / "CURRENT")
    os.utime(index / name)


def _prune(index: Path, needed: Sequence[str]) -> None:
    folders = [p for p in index.iterdir() if p.is_dir()]
    for stale in (p for p in folders if p.name.startswith(".building-")):
        shutil.rmtree(stale, ignore_errors=True)
    kept = sorted((p for p in folders if not p.name.startswith(".")), key=lambda p: (p.name in needed, p.stat().st_mtime))
    for old in kept[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
