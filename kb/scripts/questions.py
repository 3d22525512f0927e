"""`hallwise questions`."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from kb.config import Settings
from kb.errors import ContentError, NotFoundError
from kb.faults import Fault
from kb.library import Library, load_library
from kb.scripts.exchange import export_questions, import_questions
from kb.scripts.options import as_of_option, content_option, json_option, read_day, with_paths
from quiz.bank.coverage import unasked
from quiz.generating.generate import generate
from quiz.questions.file import Bank, load_bank, question_files
from quiz.questions.question import Question, QuestionType
from quiz.questions.writer import write_questions

TITLE = "自动出题"


def question_faults(content: Path, library: Library, day: date) -> tuple[Bank, list[Fault]]:
    """The question bank of a content folder and every fault of it; what is unasked counts only where somebody has begun to write questions."""
    bank = load_bank(content, library, day)
    asked = unasked(library, (*bank.questions, *bank.broken), day) if question_files(content) else []
    return bank, [*bank.faults, *asked]


@click.group()
def questions() -> None:
    """The question bank: what it holds, and questions made from facts."""


questions.add_command(import_questions)
questions.add_command(export_questions)


@questions.command("list")
@content_option
@click.option("--entry", "entry_id", metavar="ID", help="Only questions on this entry.")
@click.option("--type", "kind", type=click.Choice([t.value for t in QuestionType]), help="Only questions of this type.")
@json_option
@click.pass_obj
def list_questions(settings: Settings, content: Path | None, entry_id: str | None, kind: str | None, as_json: bool) -> None:
    """List the hand-written questions that are free of errors."""
    settings = with_paths(settings, content)
    library, day = load_library(settings.content), read_day(None)
    found = [q for q in load_bank(settings.content, library, day).questions if entry_id in {None, q.entry.entry_id} and kind in {None, q.type.value}]
    if as_json:
        click.echo(json.dumps([asdict(q) for q in found], ensure_ascii=False))
        return
    for question in found:
        click.echo(f"{question.id}\t{question.type.value}\t{question.difficulty}\t{question.entry}\t{question.stem.splitlines()[0]}")
    _count(found)


@questions.command("generate")
@content_option
@as_of_option
@click.option("--entry", "entry_id", metavar="ID", default="", help="Only questions on this entry.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws other distractors; the same seed the same questions.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write Markdown to this file instead of printing it.")
@json_option
@click.pass_obj
def generate_questions(
    settings: Settings, content: Path | None, as_of: str | None, entry_id: str, seed: int, out: Path | None, as_json: bool
) -> None:
    """Make questions from the facts of the tariffs in force."""
    settings = with_paths(settings, content)
    library = load_library(settings.content)
    if entry_id and not library.versions(entry_id):
        raise NotFoundError("entry-missing", id=entry_id)
    made = generate(library, read_day(as_of), seed, entry_id)
    text = json.dumps([asdict(q) for q in made], ensure_ascii=False) + "\n" if as_json else write_questions(TITLE, made)
    if out is None:
        click.echo(text, nl=False)
    else:
        _write(out, text)
    _count(made)


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ContentError("disk", path=out, reason=error.strerror or str(error)) from None


def _count(found: list[Question]) -> None:
    kinds = Counter(q.type.value for q in found)
    click.echo(f"{len(found)} questions ({', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))})", err=True)
