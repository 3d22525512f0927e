"""`hallwise index`."""

import time
from pathlib import Path

import click

from kb.config import Settings
from kb.embed import Embedder, load_embedder
from kb.errors import ContentError
from kb.index import Built, build_index, prepare_vectors
from kb.library import Library
from kb.scripts.check import all_faults
from kb.scripts.options import content_option, index_option, progress_bar, today, with_paths


def checked_library(settings: Settings) -> tuple[Library, str]:
    """The library and synonyms of the content folder, its errors printed. Raises ContentError when there are any."""
    library, synonyms, faults = all_faults(settings.content)
    errors = [f for f in faults if not f.warning]
    for fault in errors:
        click.echo(f"{settings.content / fault.path}:{fault.line}: {fault.code} {fault.text(settings.lang)}", err=True)
    if errors:
        raise ContentError("content-faulty", count=len(errors))
    return library, synonyms


def build(settings: Settings, library: Library, synonyms: str, embedder: Embedder) -> Built:
    """Build and swap the snapshot with a progress bar."""
    with progress_bar("向量 / embedding") as progress:
        return build_index(library, synonyms, settings.index, embedder, today(), progress)


def prepare(settings: Settings, library: Library, embedder: Embedder) -> None:
    """Embed what is new into the cache, with a progress bar, and nothing else."""
    with progress_bar("向量 / embedding") as progress:
        prepare_vectors(library, settings.index, embedder, today(), progress)


@click.command()
@content_option
@index_option
@click.pass_obj
def index(settings: Settings, content: Path | None, index: Path | None) -> None:
    """Check the content and write one immutable snapshot; nothing changes when there are errors."""
    settings = with_paths(settings, content, index)
    started = time.perf_counter()
    library, synonyms = checked_library(settings)
    built = build(settings, library, synonyms, load_embedder(settings.model))
    seconds = time.perf_counter() - started
    click.echo(f"{built.folder}: {built.entries} entries, {built.passages} passages, {built.embedded} embedded anew, {seconds:.1f} s")
