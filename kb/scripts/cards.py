"""`hallwise cards`."""

import os
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import make_url

from kb.authoring.withdrawals import withdrawn_ids
from kb.config import Settings
from kb.db import check_revision, reading
from kb.entry import Context, Kind
from kb.errors import QueryError
from kb.masking import masked_library
from kb.printing.booklet import TITLE, booklet_pages
from kb.printing.cards import PocketCard, make_cards
from kb.printing.fonts import find_fonts
from kb.printing.notice import read_imprint
from kb.printing.pdf import Canvas
from kb.printing.pocket import pocket_pages
from kb.scripts.index import checked_library
from kb.scripts.options import as_of_option, content_option, open_database, progress_bar, read_day, with_paths

_LAYOUTS = {"cards": (pocket_pages, "简记小卡片"), "booklet": (booklet_pages, TITLE)}


@click.command()
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given several times, and sets their order. [every topic]")
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="Only entries of this kind.")
@as_of_option
@click.option("--hall", default="", help="Only what holds in this hall.")
@click.option("--layout", type=click.Choice(list(_LAYOUTS)), default="cards", show_default=True, help="Pocket cards on A4, or the A5 booklet.")
@click.option("--font", type=click.Path(path_type=Path), help="Chinese font file, .ttf, .otf or .ttc [searched on the system].")
@content_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="PDF file to write.")
@click.pass_obj
def cards(
    settings: Settings, topics: tuple[str, ...], kind: str | None, as_of: str | None, hall: str, layout: str, font: Path | None,
    content: Path | None, out: Path,
) -> None:  # fmt: skip
    """Print pocket cards or the little-helper booklet of what is in force, as PDF, without what is withdrawn.

    The first line of NOTICE.md in the content folder stands in small print on every card, the rest on the booklet's cover.
    """
    settings = with_paths(settings, content)
    context = Context(read_day(as_of), hall=hall)
    fonts = find_fonts(font)
    library, _ = checked_library(settings)
    made = make_cards(masked_library(library, _withdrawn(settings)), context, topics, Kind(kind) if kind else None)
    compose, title = _LAYOUTS[layout]
    canvas = Canvas(fonts)
    with progress_bar(title, unit="条") as progress:
        pages = compose(made, canvas.width, read_imprint(settings.content, hall), progress)
    if lacking := canvas.missing(pages):
        click.echo(f"warning: {fonts.regular.path}: 字体缺字 {lacking} / no glyph for these characters", err=True)
    with progress_bar("PDF", unit="页") as progress:
        data = canvas.draw(pages, title, context.as_of, progress)
    _write(out, data)
    click.echo(f"{out}: {_summary(made, len(pages))}")


def _withdrawn(settings: Settings) -> frozenset[str]:
    """What is withdrawn according to the database; where there is none yet, nothing is. One that cannot be read is a StorageError."""
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).is_file():
        return frozenset()
    with open_database(settings) as engine:
        check_revision(engine)
        with reading(engine) as session:
            return withdrawn_ids(session)


def _summary(made: Sequence[PocketCard], pages: int) -> str:
    ending = sum(card.ending for card in made)
    return f"{len(made)} entries, {pages} pages" + (f", {ending} end within 14 days" if ending else "")


def _write(out: Path, data: bytes) -> None:
    """Put the file in place at once, never half of it."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise QueryError("disk", path=out, reason=error.strerror or str(error)) from error
