"""How a draft would look to a clerk, before anybody but its writer sees it."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from markupsafe import Markup

from kb.authoring.entryform import read_form
from kb.authoring.entrytext import apply_form
from kb.markdown import sentence_to_say
from kb.parse import parse_entry
from web.authoring.formfields import posted
from web.authoring.surroundings import draft_of
from web.catalogue import catalogue
from web.clock import today
from web.rendering import Part, Renderer


@dataclass(frozen=True, slots=True)
class Look:
    """An entry as a clerk would see it."""

    title: str
    say: Markup
    parts: tuple[Part, ...]
    must_say: tuple[Markup, ...]
    never_say: tuple[tuple[str, Markup], ...]
    facts: tuple[tuple[str, Markup], ...]


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the preview."""
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/preview", view_func=preview, methods=["POST"])


def preview(draft_id: int) -> str:
    """What was typed, rendered, as a fragment; nothing is saved."""
    text = draft_of(draft_id).text
    typed = apply_form(text, posted(request.form, read_form(text)))
    return render_template("authoring/_preview.html", preview=previewed(typed))


def previewed(text: str) -> Look | None:
    """A content file as clerks would see it; None while it cannot be an entry."""
    entry, _ = parse_entry(text, "")
    if entry is None:
        return None
    render = Renderer(entry, catalogue().shown.lookup(today()))
    return Look(
        title=entry.title,
        say=render.line(sentence_to_say(entry.body)),
        parts=render.parts(),
        must_say=tuple(map(render.line, entry.must_say)),
        never_say=tuple((n.phrase, render.line(n.reason)) for n in entry.never_say),
        facts=tuple((fact.label, render.line(fact.value)) for fact in entry.facts.values()),
    )
