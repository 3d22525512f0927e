"""What no question asks: entries in force without any, and numbers of tariffs in force that nobody is asked for. PURE."""

from collections.abc import Iterable
from datetime import date

from kb import Context, Fault, Library, warning
from quiz.generating.generate import asked_facts, generate
from quiz.questions.question import FactRef, Question, QuestionStatus


def unasked(library: Library, written: Iterable[Question], day: date) -> list[Fault]:
    """A warning for every entry in force without a question, and for every number or date of a tariff that no written or generated one asks.

    Retired questions and drafts ask nothing.
    """
    asking = [q for q in (*written, *generate(library, day)) if q.status in {QuestionStatus.LIVE, QuestionStatus.REVIEWED}]
    entries = {q.entry.entry_id for q in asking}
    facts = {ref for q in asking for ref in q.facts}
    found = [
        warning(entry.source.path, entry.source.line("id"), "entry-unasked", id=entry.id)
        for entry in library.current(Context(day))
        if entry.id not in entries
    ]
    found += [
        warning(entry.source.path, entry.source.line(f"facts.{fact.name}"), "fact-unasked", id=entry.id, name=fact.name, label=fact.label)
        for entry, fact in asked_facts(library, day)
        if FactRef(entry.id, fact.name) not in facts
    ]
    return found
