"""`hallwise people`."""

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from kb.config import Settings
from kb.db import make_ready, open_sessions, reading
from kb.errors import ContentError, NotFoundError, QueryError
from kb.scripts.options import json_option, open_database, read_day, today
from quiz.files.spreadsheet import read_sheet
from quiz.people import personnel, staff
from quiz.people.accounts import first_password, hashed
from quiz.people.directory import units
from quiz.people.roles import Role
from quiz.people.roster import Choices, Decision, Plan, plan
from quiz.people.rostercolumns import Roster, read_roster
from quiz.people.rosterfile import roster_csv, roster_workbook
from quiz.people.rosterstore import import_roster, roster_state

_ALIKE = 20  # so many rows with the same finding are named
_BY_COMMAND = ""  # the actor of the log: the program itself
_WORDS = {
    Decision.FAULTY: ("有错误", "faulty"),
    Decision.NEW: ("新增", "new"),
    Decision.MOVED: ("调动", "moved"),
    Decision.CHANGED: ("修改", "changed"),
    Decision.LEFT: ("离职", "left"),
    Decision.REPEATED: ("重复", "repeated"),
    Decision.UNCHANGED: ("不变", "unchanged"),
}


@click.group()
def people() -> None:
    """The people of the branch: rosters in and out, one person, a first password."""


def _now() -> datetime:
    return datetime.now(UTC)


@people.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--from", "from_day", metavar="DATE", help="From when rows without a day hold, YYYY-MM-DD [today in Shanghai].")
@click.option("--all-units", is_flag=True, help="Also make new units that may be misspelt names of others.")
@click.option("--whole", is_flag=True, help="The file names everybody: who is missing has left.")
@json_option
@click.pass_obj
def import_people(settings: Settings, file: Path, dry_run: bool, from_day: str | None, all_units: bool, whole: bool, as_json: bool) -> None:
    """Import a roster from Excel or CSV; faulty rows are left out and said, and the command then exits 1."""
    roster, choices = _read(file), Choices(day=read_day(from_day), whole=whole)
    with open_database(settings) as engine:
        make_ready(engine)
        planned = _planned(engine, roster, choices)
        if all_units:
            choices = Choices(frozenset(unit.key for unit in planned.units), day=choices.day, whole=whole)
            planned = _planned(engine, roster, choices)
        if not dry_run:
            with open_sessions(engine).begin() as session:
                planned = import_roster(session, roster, choices, file.name, _BY_COMMAND, _now())
    _print(planned, settings.lang, as_json=as_json, dry_run=dry_run)
    if planned.totals[Decision.FAULTY]:
        sys.exit(1)


def _read(file: Path) -> Roster:
    try:
        data = file.read_bytes()
    except OSError:
        raise QueryError("file-missing", path=file) from None
    return read_roster(read_sheet(data, file.name))


def _planned(engine: Engine, roster: Roster, choices: Choices) -> Plan:
    with reading(engine) as session:
        state = roster_state(session)
    return plan(roster, state, today(), choices)


def _print(planned: Plan, lang: str, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, **plan_json(planned, lang)}, ensure_ascii=False))
        return
    _print_findings(planned, lang)
    for unit in planned.units:
        click.echo(f"+ {unit.parent_name} {unit.name} ({unit.rows})" + (f" ≈ {unit.near}" if unit.near else "") + ("" if unit.allowed else " ✗"))
    words = ", ".join(f"{_WORDS[decision][lang == 'en']} {number}" for decision, number in planned.totals.items() if number)
    missing = f", − {len(planned.missing)}" if planned.missing else ""
    click.echo(("(dry run) " if dry_run else "") + words + missing)


def _print_findings(planned: Plan, lang: str) -> None:
    """Each at its row; what is the same in many rows, as where a whole column is missing, once."""
    found = [(item.line, (finding.column, finding.text(lang), finding.warning)) for item in planned.items for finding in item.findings]
    counts, told = Counter(said for _, said in found), set[tuple[str, str, bool]]()
    for line, said in found:
        column, text, warning = said
        if counts[said] <= _ALIKE:
            click.echo(f"{line.row}: {line.number} {column}: {text}", err=not warning)
        elif said not in told:
            told.add(said)
            click.echo(f"{line.row} …: {column}: {text} ({counts[said]} {'rows' if lang == 'en' else '行'})", err=not warning)


def plan_json(planned: Plan, lang: str) -> dict[str, object]:
    """A plan as JSON: totals, new units, who is missing, and every row that does not stay as it is."""
    return {
        "totals": {decision.value: number for decision, number in planned.totals.items()},
        "units": [{"name": u.name, "parent": u.parent_name, "people": u.rows, "near": u.near, "made": u.allowed} for u in planned.units],
        "missing": [known.number for known in planned.missing],
        "rows": [
            {
                "row": item.line.row,
                "number": item.line.number,
                "decision": item.decision.value,
                "changes": [{"column": c.column.value, "before": c.before, "after": c.after} for c in item.changes],
                "findings": [{"column": f.column, "code": f.code, "warning": f.warning, "message": f.text(lang)} for f in item.findings],
            }
            for item in planned.items
            if item.decision is not Decision.UNCHANGED or item.findings
        ],
    }


@people.command("export")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="An .xlsx or .csv file.")
@click.option("--all", "with_gone", is_flag=True, help="Also those who have left.")
@click.pass_obj
def export(settings: Settings, out: Path, with_gone: bool) -> None:
    """Write the roster of today; imported again it changes nothing."""
    if out.suffix not in {".xlsx", ".csv"}:
        raise QueryError("bad-parameter", name="out", value=out.name, why=".xlsx | .csv")
    with open_database(settings) as engine:
        make_ready(engine)
        with reading(engine) as session:
            rows = staff.roster_rows(staff.everybody(session, staff.Wanted(active=None if with_gone else True), today()), units(session))
    try:
        out.write_bytes(roster_csv(rows) if out.suffix == ".csv" else roster_workbook(rows))
    except OSError as error:
        raise ContentError("disk", path=out, reason=error.strerror or str(error)) from None
    click.echo(f"{len(rows)} people", err=True)


@people.command("add")
@click.argument("number")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.CLERK.value, show_default=True, help="What they do.")
@click.option("--unit", "code", help="Code of the unit where they work; an administrator needs none.")
@click.option("--from", "from_day", metavar="DATE", help="From when they work there, YYYY-MM-DD [today in Shanghai].")
@click.pass_obj
def add(settings: Settings, number: str, name: str, role: str, code: str | None, from_day: str | None) -> None:
    """Enter one person, such as the first administrator."""
    with open_database(settings) as engine:
        make_ready(engine)
        with open_sessions(engine).begin() as session:
            unit = next((u.id for u in units(session).values() if u.code.upper() == (code or "").strip().upper()), None)
            if code and unit is None:
                raise NotFoundError("unit-missing")
            if unit is None and role != Role.ADMIN.value:
                raise QueryError("bad-parameter", name="unit", value="", why="--unit CODE")
            personnel.add_person(session, number, name, Role(role), unit, read_day(from_day), _BY_COMMAND, _now())
    click.echo(personnel.clean_number(number))


@people.command("password")
@click.argument("number")
@click.pass_obj
def password(settings: Settings, number: str) -> None:
    """Give somebody a first password and print it, this once; at the next sign-in they have to choose their own."""
    fresh = first_password()
    password_hash = hashed(fresh)
    with open_database(settings) as engine:
        make_ready(engine)
        with open_sessions(engine).begin() as session:
            personnel.give_password(session, personnel.employee_id_of(session, number), password_hash, _BY_COMMAND, _now())
    click.echo(fresh)
