"""`hallwise check`."""

import json
import sys
from pathlib import Path

import click
import numpy as np

from kb.check import check as check_library
from kb.config import Settings
from kb.faults import Fault
from kb.frontmatter import decode
from kb.library import Library, load_library
from kb.scripts.options import content_option, index_option, json_option, progress_bar, today, with_paths
from kb.scripts.questions import question_faults
from kb.tokens import SYNONYMS_FILE, parse_synonyms


def all_faults(content: Path) -> tuple[Library, str, list[Fault]]:
    """The library of a content folder, its synonyms, and every fault of both."""
    library = load_library(content)
    faults = check_library(library, today())
    path = content / SYNONYMS_FILE
    synonyms, wrong = decode(path.read_bytes(), SYNONYMS_FILE) if path.is_file() else ("", [])
    faults += [*wrong, *parse_synonyms(synonyms, SYNONYMS_FILE)[1]]
    return library, synonyms, sorted(faults, key=lambda f: (f.path, f.line, f.code))


@click.command()
@content_option
@click.option("--similar", is_flag=True, help="Also list entries that mean the same in different words (needs the model; vectors are cached).")
@json_option
@index_option
@click.pass_obj
def check(settings: Settings, content: Path | None, index: Path | None, similar: bool, as_json: bool) -> None:
    """Report every fault of the content as path:line: code message; exit 1 when there are errors."""
    settings = with_paths(settings, content, index)
    library, _, faults = all_faults(settings.content)
    # Only here: a question that a new price has put out of date must not keep the price from being published.
    bank, wrong = question_faults(settings.content, library, today())
    faults = sorted([*faults, *wrong], key=lambda f: (f.path, f.line, f.code))
    if similar:
        faults += _near_duplicates(settings, library)
    errors, held = [f for f in faults if not f.warning], len(bank.questions) + len(bank.broken)
    if as_json:
        rows = [_row(settings, f) for f in faults]
        counts = {"entries": len(library.entries), "questions": held}
        summary = {**counts, "errors": len(errors), "warnings": len(faults) - len(errors), "faults": rows}
        click.echo(json.dumps(summary, ensure_ascii=False))
    else:
        for fault in faults:
            mark = {"zh": "（提醒）", "en": " (warning)"}[settings.lang] if fault.warning else ""
            click.echo(f"{settings.content / fault.path}:{fault.line}: {fault.code} {fault.text(settings.lang)}{mark}")
        counted = f"{len(library.entries)} entries" + (f", {held} questions" if held else "")
        click.echo(f"{counted}, {len(errors)} errors, {len(faults) - len(errors)} warnings", err=True)
    if errors:
        sys.exit(1)


def _near_duplicates(settings: Settings, library: Library) -> list[Fault]:
    # Imported here: the model takes the better part of a second to load, and plain checks do without it.
    from kb.authoring.similar import duplicate_warnings, phrasings
    from kb.embed import load_embedder
    from kb.vectorcache import cached_vectors

    entries = [e for e in library.entries if e.in_force(today())]
    texts = [phrasings(e) for e in entries]
    settings.index.mkdir(parents=True, exist_ok=True)
    with progress_bar("向量 / embedding") as progress:
        flat, _ = cached_vectors([t for own in texts for t in own], settings.index, load_embedder(settings.model), progress)
    return duplicate_warnings(entries, np.split(flat, np.cumsum([len(own) for own in texts])[:-1]))


def _row(settings: Settings, fault: Fault) -> dict[str, object]:
    severity = "warning" if fault.warning else "error"
    return {
        "path": str(settings.content / fault.path),
        "line": fault.line,
        "code": fault.code,
        "severity": severity,
        "message": fault.text(settings.lang),
    }
