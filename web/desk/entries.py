"""The page of one entry: what it says on a day, whether it may be said, and what replaces it where it may not."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from markupsafe import Markup

from kb.authoring.withdrawals import Withdrawal
from kb.db import reading
from kb.entry import Context, Entry, EntryRef, Validity
from kb.errors import NotFoundError
from kb.ledger import published_entry
from kb.library import Library
from kb.markdown import sentence_to_say
from web import access, params
from web.catalogue import IN_FORCE, catalogue
from web.i18n import gettext
from web.labels import VALIDITIES
from web.rendering import Part, Renderer
from web.searching import log_open
from web.times import shown_date
from web.wiring import services


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact as shown."""

    label: str
    value: Markup
    number: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything on an entry's page. `refusal` says why its sentence may not be copied, "" where it may."""

    entry: Entry
    validity: Validity
    refusal: str
    say: Markup
    facts: tuple[FactRow, ...]
    must_say: tuple[Markup, ...]
    never_say: tuple[tuple[str, Markup], ...]
    empower: tuple[tuple[str, Markup], ...]
    parts: tuple[Part, ...]
    replaced_by: Entry | None
    replaces: tuple[Entry, ...]
    versions: tuple[Entry, ...]
    related: tuple[Entry, ...]
    review_overdue: bool
    withdrawal: Withdrawal | None
    quotes: tuple[Entry, ...]


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the entry page."""
    blueprint.add_url_rule("/entries/<entry_id>", view_func=page, endpoint="entry")


def page(entry_id: str) -> str:
    """An entry: the version in force today, that of the day `as_of`, or the version `version`."""
    today = access.context()
    place = Context(params.day(request.args, "as_of", today.as_of), today.district, today.hall, today.channel)
    entry = find(entry_id, params.number(request.args, "version", 0, 1, 1_000_000), place)
    if search_id := request.args.get("s", ""):
        log_open(search_id, entry.ref)
    return render_template("desk/entry.html", paper=_paper(entry, place, today), place=place, today=today.as_of, search_id=search_id)


def find(entry_id: str, version: int, place: Context) -> Entry:
    """An entry of the library, or a version of old out of the ledger. Raises NotFoundError."""
    library = catalogue().library
    entry = library.get(EntryRef(entry_id, version)) if version else library.pick(entry_id, place.as_of)
    if entry is None and version:
        with reading(services().engine) as session:
            entry = published_entry(session, EntryRef(entry_id, version))
    if entry is None:
        raise NotFoundError("entry-missing", id=entry_id[:80])
    return entry


def refusal(entry: Entry, library: Library, today: Context) -> str:
    """Why an entry may not be said to a customer today at the clerk's place, "" where it may."""
    if entry.id in services().withdrawn.ids():
        return gettext("本条已紧急下架，不能对客户使用")
    if library.get(entry.ref) is None:
        return gettext("这是第 %(version)s 版旧稿，不能对客户使用", version=entry.version)
    return _not_in_force(entry, library.validity(entry, today)) or _elsewhere(entry, today)


def _not_in_force(entry: Entry, validity: Validity) -> str:
    if validity is Validity.EXPIRED and entry.effective_to:
        return gettext("本条已于 %(day)s到期，不能对客户使用", day=shown_date(entry.effective_to))
    if validity is Validity.FUTURE and entry.effective_from:
        return gettext("本条 %(day)s起才生效，现在不能对客户使用", day=shown_date(entry.effective_from))
    return "" if validity in IN_FORCE else gettext("本条%(state)s，不能对客户使用", state=VALIDITIES[validity.value])


def _elsewhere(entry: Entry, today: Context) -> str:
    return "" if entry.scope.allows(today) else gettext("本条不适用于您的岗位，不能对客户使用")


def _paper(entry: Entry, place: Context, today: Context) -> Paper:
    shelf = catalogue()
    library = shelf.shown
    render = Renderer(entry, library.lookup(place.as_of))
    held, reason = library.get(entry.ref), refusal(entry, library, today)
    if not reason and place.as_of != today.as_of:
        reason = gettext("您看的是 %(day)s的口径，请回到今天再复制", day=shown_date(place.as_of))
    return Paper(
        entry=entry,
        validity=library.validity(held, place) if held else Validity.SUPERSEDED,
        refusal=reason,
        say=render.line(sentence_to_say(entry.body)),
        facts=tuple(FactRow(f.label, render.line(f.value), f.amount is not None) for f in entry.facts.values()),
        must_say=tuple(map(render.line, entry.must_say)),
        never_say=tuple((n.phrase, render.line(n.reason)) for n in entry.never_say),
        empower=tuple((p.role, render.line(p.may)) for p in entry.empower),
        parts=render.parts(),
        replaced_by=_replacement(entry, library, place),
        replaces=tuple(e for e in (library.pick(other, place.as_of) for other in entry.supersedes) if e),
        versions=tuple(reversed(library.versions(entry.id))),
        related=shelf.neighbours(entry, place),
        review_overdue=bool(entry.review_due and entry.review_due < today.as_of),
        withdrawal=services().withdrawn.get().get(entry.id),
        quotes=shelf.quotes(entry),
    )


def _replacement(entry: Entry, library: Library, place: Context) -> Entry | None:
    """What to say instead: the entry that superseded this one, followed to the end, or this entry's version of the day."""
    seen, last = {entry.id}, library.superseded_by(entry, place)
    while last and last.id not in seen:
        seen.add(last.id)
        following = library.superseded_by(last, place)
        if following is None or following.id in seen:
            break
        last = following
    if last:
        return library.pick(last.id, place.as_of)
    current = library.pick(entry.id, place.as_of)
    return current if current and current.version != entry.version and library.validity(current, place) in IN_FORCE else None
