"""`hallwise questions import` and `export`: the bank and the files of other systems."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from kb.config import Settings
from kb.db import make_ready, open_sessions, reading
from kb.errors import ContentError
from kb.faults import Fault
from kb.library import load_library
from kb.scripts.options import content_option, open_database, with_paths
from quiz.bank.listing import BankFilter, matching
from quiz.bank.moves import Fate, plan, take_in
from quiz.bank.state import State
from quiz.importers.formats import FORMATS, Format, read_questions

_FORMATS = click.Choice([form.value for form in Format])


@click.command("import")
@content_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "form", type=_FORMATS, help="Of the file; without it the content tells.")
@click.option("--write", is_flag=True, help="Take the questions in as drafts; without it nothing is changed.")
@click.option("--actor", default="", metavar="NUMBER", help="Employee number for the audit log.")
@click.pass_obj
def import_questions(settings: Settings, content: Path | None, file: Path, form: str | None, write: bool, actor: str) -> None:
    """Look at a file of questions (Excel, CSV, GIFT, Aiken, Moodle XML, QTI), fault by fault; with --write take the sound ones in as drafts."""
    settings = with_paths(settings, content)
    read = read_questions(_bytes(file), file.name, Format(form) if form else None)
    for fault in read.faults:
        _say(fault, settings.lang)
    with open_database(settings) as engine:
        make_ready(engine)
        library = load_library(settings.content)
        with open_sessions(engine)() as session, session.begin():
            planned = plan(session, read.questions)
            if write:
                take_in(session, library, planned, actor.upper(), datetime.now(UTC))
    fates = Counter(item.fate for item in planned)
    counted = ", ".join(f"{fates[fate]} {fate.value}" for fate in Fate)
    click.echo(f"{counted}, {read.errors} faulty: {'written as drafts' if write else 'nothing written, --write does'}")


@click.command("export")
@click.option("--format", "form", type=_FORMATS, required=True, help="Of the file.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Write to this file.")
@click.option("--state", type=click.Choice([state.value for state in State]), default="live", show_default=True, help="Only questions in this state.")
@click.option("--topic", default="", help="Only questions of this topic.")
@click.option("--entry", "entry_id", metavar="ID", default="", help="Only questions on this entry.")
@click.option("--filled", is_flag=True, help="Fill in the numbers of the facts, for other systems; without it references stay.")
@click.pass_obj
def export_questions(settings: Settings, form: str, out: Path, state: str, topic: str, entry_id: str, filled: bool) -> None:
    """Write questions of the bank to a file, and say what its format cannot carry."""
    with open_database(settings) as engine:
        make_ready(engine)
        with reading(engine) as session:
            found = matching(session, BankFilter(state=state, topic=topic, entry_id=entry_id), shown=filled)
    made = FORMATS[Format(form)].write(found)
    try:
        out.write_bytes(made.data)
    except OSError as error:
        raise ContentError("disk", path=out, reason=error.strerror or str(error)) from None
    left = [fault for fault in made.faults if not fault.warning]
    for fault in left:
        _say(fault, settings.lang)
    click.echo(f"{made.written} written, {len(left)} left out: {out}")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise ContentError("file-missing", path=file) from None
    except OSError as error:
        raise ContentError("disk-read", path=file, reason=error.strerror or str(error)) from None


def _say(fault: Fault, lang: str) -> None:
    click.echo(f"{fault.path}:{fault.line}: {fault.text(lang)}", err=True)
