"""`hallwise search`."""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from kb.config import Settings
from kb.entry import Context, Kind
from kb.errors import QueryError
from kb.hit import Answer, Hit, hit_json
from kb.scripts.options import as_of_option, index_option, json_option, open_searcher, read_day, with_paths
from kb.search import LONGEST_QUERY, Searcher

_TOGETHER = 64  # queries of a file that are encoded in one go
_NAMED = 40  # characters by which a query that is too long is named


@click.command()
@click.argument("query", required=False)
@click.option("--file", "file", type=click.Path(path_type=Path), help="Queries, one a line; '-' reads standard input.")
@click.option("-k", "count", type=click.IntRange(1, 100), default=5, show_default=True, help="How many entries at most.")
@as_of_option
@click.option("--district", default="", help="District of the asker.")
@click.option("--hall", default="", help="Hall of the asker.")
@click.option("--channel", default="", help="Channel of the asker.")
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="Only entries of this kind.")
@index_option
@json_option
@click.pass_obj
def search(
    settings: Settings, query: str | None, file: Path | None, count: int, as_of: str | None, district: str, hall: str, channel: str,
    kind: str | None, index: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Answer a customer's words from the terminal.

    With --file and --json one JSON object a line.
    """
    if (query is None) == (file is None):
        raise click.UsageError("give either QUERY or --file")
    context = Context(read_day(as_of), district, hall, channel)
    searcher = open_searcher(with_paths(settings, index=index))
    wanted = Kind(kind) if kind else None
    failed = False
    queries = iter([query] if query is not None else _lines(file))
    while lines := list(islice(queries, 1 if str(file) == "-" else _TOGETHER)):
        searcher.prepare(lines)
        for line in lines:
            answer, error = _search(searcher, line, context, count, wanted, settings.lang)
            failed |= bool(error)
            _print(answer, error, as_json=as_json, named=file is not None)
    if failed and not as_json:
        sys.exit(1)


def _lines(file: Path | None) -> Iterator[str]:
    if str(file) == "-":
        yield from (row.rstrip("\r\n") for row in sys.stdin)
        return
    try:
        text = Path(str(file)).read_bytes().decode("utf-8-sig")
    except OSError:
        raise QueryError("file-missing", path=file) from None
    except UnicodeDecodeError as error:
        raise QueryError("bad-parameter", name="file", value=file, why=f"UTF-8: {error.reason} @ {error.start}") from None
    yield from (row.rstrip("\r") for row in text.removesuffix("\n").split("\n"))


def _search(searcher: Searcher, query: str, context: Context, count: int, kind: Kind | None, lang: str) -> tuple[Answer, str]:
    """The answer, or an empty one with the reason: one bad line of a file must not lose the others."""
    try:
        return searcher.search(query, context, count, kind), ""
    except QueryError as error:
        return Answer(query, "", confident=False, hits=()), error.text(lang)


def answer_json(answer: Answer, error: str = "") -> dict[str, Any]:
    """An answer as one JSON object."""
    found = {"query": answer.query, "confident": answer.confident, "took_ms": round(answer.took_ms, 2), "hits": [hit_json(h) for h in answer.hits]}
    return {**found, "error": error} if error else found


def _print(answer: Answer, error: str, *, as_json: bool, named: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer_json(answer, error), ensure_ascii=False))
        return
    if named:
        click.secho(f"» {answer.query if len(answer.query) <= LONGEST_QUERY else answer.query[:_NAMED] + '…'}", bold=True)
    if error:
        click.echo(f"error: {error}", err=True)
        return
    if not answer.confident:
        click.echo("没有找到合适的条目。" + ("最接近的是：" if answer.hits else "请换几个客户说的词再试。"))
    for place, hit in enumerate(answer.hits, 1):
        click.echo("\n".join(_shown(place, hit)))


def _shown(place: int, hit: Hit) -> Iterator[str]:
    dates = f"  [{hit.dates}]" if hit.dates else ""
    yield click.style(f"{place}. {hit.entry.title}", bold=True) + f"  {hit.entry.ref}  {hit.score:.2f}{dates}"
    yield f"   {hit.say}"
    if hit.facts:
        yield "   " + "  ".join(f"{f.label} {f.value}" for f in hit.facts)
    yield from (click.style(f"   ✓ {text}", fg="green") for text in hit.must_say)
    yield from (click.style(f"   ✗ {item.phrase}", fg="red") + (f"（{item.reason}）" if item.reason else "") for item in hit.never_say)
    if hit.numbers.others and not hit.numbers.carried:
        yield click.style(f"   注意：本条是 {'、'.join(hit.numbers.others)}", fg="yellow")
    yield click.style(f"   匹配：{hit.matched.text}（{'、'.join(hit.words)}）", dim=True)
