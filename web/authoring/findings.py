"""What is wrong with a draft, field by field, in words for the page; and the entries it contradicts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb.authoring.draftcheck import Finding
from kb.authoring.drafts import Draft
from kb.authoring.entryform import EntryForm
from kb.authoring.writing import check
from kb.errors import AppError
from kb.references import references
from web.authoring.surroundings import title_of
from web.catalogue import library
from web.clock import today
from web.errors import said
from web.i18n import gettext, page_language
from web.wiring import services

_AGAINST = frozenset({"conflicting-facts", "duplicate-ask", "number-contradicts", "forbidden-phrase-elsewhere"})


@dataclass(frozen=True, slots=True)
class Told:
    """A fault as the page says it: `field` as in `kb.authoring.draftcheck.Finding`.

    Its `about` is the entry that it contradicts or that this change breaks.
    """

    field: str
    line: int
    text: str
    warning: bool
    about: str = ""
    about_title: str = ""


def told(draft: Draft) -> list[Told]:
    """Everything that is wrong with a draft, errors first."""
    found = [_told(finding) for finding in check(draft, library(), today()).findings]
    return sorted(found, key=lambda one: one.warning)


def _told(finding: Finding) -> Told:
    fault = finding.fault
    about = finding.elsewhere or _against(fault.code, fault.args)
    text = fault.text(page_language())
    if finding.elsewhere:
        text = gettext("这样改会让“%(title)s”出错：%(why)s", title=title_of(about), why=text)
    return Told(finding.field, finding.line, text, fault.warning, about, title_of(about) if about else "")


def _against(code: str, args: Mapping[str, object]) -> str:
    if code not in _AGAINST:
        return ""
    return str(args.get("other" if code == "duplicate-ask" else "id", ""))


def of_withdrawn(form: EntryForm) -> list[Told]:
    """A warning for each place that quotes an entry which is withdrawn at the moment."""
    gone = services().withdrawn.ids()
    found = []
    for field, line, text in _texts(form) if gone else ():
        for ref in references(text):
            if ref.entry_id in gone:
                words = gettext("引用的“%(title)s”已紧急下架，恢复以前营业员看不到这个数字", title=title_of(ref.entry_id))
                found.append(Told(field, line, words, warning=True, about=ref.entry_id, about_title=title_of(ref.entry_id)))
    return found


def _texts(form: EntryForm) -> Iterator[tuple[str, int, str]]:
    yield from ((f"facts.{fact.name}", 0, fact.value) for fact in form.facts)
    yield from ((f"must_say.{i}", 0, text) for i, text in enumerate(form.must_say))
    yield from ((f"never_say.{i}", 0, row.reason) for i, row in enumerate(form.never_say))
    yield from ((f"empower.{i}", 0, row.may) for i, row in enumerate(form.empower))
    yield from (("body", line, text) for line, text in enumerate(form.body.split("\n"), 1))


def by_field(found: list[Told]) -> dict[str, list[Told]]:
    """The faults by field."""
    fields: dict[str, list[Told]] = {}
    for one in found:
        fields.setdefault(one.field, []).append(one)
    return fields


def refused(error: AppError) -> Told:
    """An error that kept the whole form from being read."""
    return Told("", 0, said(error), warning=False)
