"""What publishing a draft would change besides the entry: shown before anybody publishes."""

from flask import Blueprint, render_template

from kb.authoring.consequences import consequences, golden_sets
from kb.authoring.drafts import draft
from kb.db import reading
from kb.errors import AppError
from quiz.exams.touched import touched_exams, turning_stale
from web.authoring.surroundings import publisher, titles
from web.clock import now, today
from web.errors import STATUS, said, wants_json
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the consequences."""
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/consequences", view_func=outcomes, endpoint="consequences")


def outcomes(draft_id: int) -> tuple[str, int] | str:
    """The consequences, as a fragment for the page or as a page of their own; building the snapshot to look at takes a moment."""
    template = "authoring/_consequences.html" if wants_json() else "authoring/consequences.html"
    with reading(services().engine) as db:
        found = draft(db, draft_id)
    try:
        preview = publisher().preview(draft_id, now())
        searchers = services().search.get(), publisher().searcher(preview)
    except AppError as error:
        return render_template(template, draft=found, fault=said(error), code=error.code, seen=None), STATUS.get(error.code, 500)
    with reading(services().engine) as db:
        golden = golden_sets(publisher().content)
        seen = consequences(searchers, preview.plan.ref, preview.plan.base_version, golden, today())
        after = searchers[1].snapshot.library
        new = after.get(preview.plan.ref)
        questions = turning_stale(db, after, {found.entry_id, *(new.supersedes if new else ())}, seen.carried, today())
        exams = touched_exams(db, found.entry_id, [question.id for question in questions], now())
    names = titles({answer for change in seen.answers for answer in (change.before, change.after) if answer})
    return render_template(
        template, draft=found, fault="", code="", seen=seen, plan=preview.plan, questions=questions, exams=exams, titles=names, now=now()
    )
