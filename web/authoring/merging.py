"""Two texts of one entry, put together by a person: what came too late to be saved, or a file that was changed elsewhere."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.authoring.drafts import Action, Draft, base_text, draft, history
from kb.authoring.entrydiff import Piece, word_diff
from kb.authoring.entryfiles import files_of
from kb.authoring.entryform import EntryForm, changed_fields, read_form
from kb.authoring.entrymerge import merged
from kb.authoring.entrytext import apply_form
from kb.authoring.writing import rebase, save
from kb.db import reading
from kb.errors import ConflictError, NotFoundError
from web import params
from web.access import me
from web.authoring.differences import shortened, shown_value
from web.authoring.surroundings import publisher
from web.clock import now
from web.i18n import gettext
from web.wiring import services


@dataclass(frozen=True, slots=True)
class Choice:
    """A field in which the two texts differ.

    `suggested` is `mine`, `theirs`, `both` for the two changes put together, or "" where they meet and a person has to say.
    """

    field: str
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]
    both: tuple[Piece, ...]
    suggested: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Three texts of one entry: what both began from, one's own, and the other; `path` names the file where the other is one."""

    draft: Draft
    base: str
    mine: str
    theirs: str
    path: str = ""


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of merging."""
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/merge", view_func=merge)
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/merge", view_func=merge_saved, methods=["POST"])
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/conflict", view_func=conflict)
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/conflict", view_func=settle_conflict, methods=["POST"])


def _with_lost(draft_id: int, lost: int) -> Sides:
    """The draft as it stands beside a text that came too late. Raises NotFoundError."""
    with reading(services().engine) as db:
        found = draft(db, draft_id)
        event = next((e for e in history(db, draft_id) if e.id == lost and e.action is Action.LOST), None)
        if event is None:
            raise NotFoundError("draft-missing", id=draft_id)
        return Sides(found, base_text(db, draft_id), event.text, found.text)


def _with_file(draft_id: int) -> Sides:
    """The draft beside its file as it is on disk now. Raises ConflictError when that is gone."""
    with reading(services().engine) as db:
        found, base = draft(db, draft_id), base_text(db, draft_id)
    files = files_of(publisher().content, found.entry_id)
    if not files:
        raise ConflictError("file-gone", id=found.entry_id)
    file = next((f for f in files if f.entry.version == found.base_version), files[-1])
    return Sides(found, base, found.text, file.text, file.path)


def choices(sides: Sides) -> list[Choice]:
    """The fields in which the two texts differ, with what `merged` suggests."""
    base = read_form(sides.base) if sides.base else EntryForm()
    mine, theirs = read_form(sides.mine), read_form(sides.theirs)
    suggestion, clash = merged(base, mine, theirs)
    found = []
    for field in changed_fields(mine, theirs):
        texts = [shown_value(getattr(form, field)) for form in (base, mine, theirs, suggestion)]
        side = "" if field in clash else _side(*(getattr(form, field) for form in (suggestion, mine, theirs)))
        pieces = [shortened(word_diff(texts[0], text)) for text in texts[1:]]
        found.append(Choice(field, pieces[0], pieces[1], pieces[2] if side == "both" else (), side))
    return found


def _side(suggested: object, mine: object, theirs: object) -> str:
    return "mine" if suggested == mine else "theirs" if suggested == theirs else "both"


def _suggestion(sides: Sides) -> EntryForm:
    return merged(read_form(sides.base) if sides.base else EntryForm(), read_form(sides.mine), read_form(sides.theirs))[0]


def _page(sides: Sides, kind: str, lost: int = 0, fault: str = "") -> str:
    return render_template("authoring/merge.html", sides=sides, draft=sides.draft, choices=choices(sides), kind=kind, lost=lost, fault=fault)


def merge(draft_id: int) -> str:
    """One's own text that came too late, beside what was saved in between."""
    lost = params.number(request.args, "lost", 0, 1, 2**31)
    return _page(_with_lost(draft_id, lost), "merge", lost)


def conflict(draft_id: int) -> str:
    """The draft, the file it was begun from, and the file as it is now."""
    return _page(_with_file(draft_id), "conflict")


def _chosen(sides: Sides) -> str | None:
    """The text that a person has put together, None while a field is not decided. It is the other text with one's own fields in it."""
    result = read_form(sides.theirs)
    forms = {"mine": read_form(sides.mine), "theirs": result, "both": _suggestion(sides)}
    for choice in choices(sides):
        side = request.form.get(f"side-{choice.field}", choice.suggested)
        if side not in forms or (side == "both" and choice.suggested != "both"):
            return None
        result = replace(result, **{choice.field: getattr(forms[side], choice.field)})
    return apply_form(sides.theirs, result)


def merge_saved(draft_id: int) -> Response:
    """Save the merged text on top of what was saved in between."""
    lost, revision = params.number(request.form, "lost", 0, 1, 2**31), params.number(request.form, "revision", 0, 1, 2**31)
    sides = _with_lost(draft_id, lost)
    text = _chosen(sides)
    if text is None:
        return make_response(_page(sides, "merge", lost, gettext("两边都改了的地方，请选用哪一边")), 400)
    with services().sessions.begin() as db:
        saved = save(db, draft_id, text, revision, me().number, now())
    if saved.conflict:
        raise saved.conflict
    return _done(draft_id)


def settle_conflict(draft_id: int) -> Response:
    """Put the draft, with what was chosen, upon the file as it is now; it has to be reviewed again."""
    revision = params.number(request.form, "revision", 0, 1, 2**31)
    sides = _with_file(draft_id)
    text = _chosen(sides)
    if text is None:
        return make_response(_page(sides, "conflict", 0, gettext("两边都改了的地方，请选用哪一边")), 400)
    with services().sessions.begin() as db:
        rebase(db, publisher().content, draft_id, revision, text, me().number, now())
    return _done(draft_id)


def _done(draft_id: int) -> Response:
    flash(gettext("已合并，请再看一遍，然后送审"))
    return make_response(redirect(url_for("authoring.editor", draft_id=draft_id), 303))
