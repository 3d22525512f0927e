"""Questions made from facts, deterministically: the same content, day and seed give the same questions. PURE."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from kb import Context, Entry, Fact, Kind, Library
from quiz.generating.distractors import Distractor, Market, distractors, draw, market_of
from quiz.generating.textfacts import text_options
from quiz.generating.wording import bare_sentence, fits, gap, sentence, subject, told
from quiz.questions.amount import Amount, amount_of
from quiz.questions.question import FALSE, TRUE, FactRef, Option, Origin, Question, QuestionType

WRONG_OPTIONS = 3
_STEMS = ("{s}，{q}？", "客户来问：{s}，{q}？应当回答：", "按现行口径，{s}，{q}？")


@dataclass(frozen=True, slots=True)
class _Item:
    """A fact about to be asked, with everything its questions share."""

    entry: Entry
    fact: Fact
    key: Amount
    subject: str
    wrong: list[Distractor]
    seed: int

    def rng(self, kind: str) -> Random:
        """Chance of its own for every question, so that none depends on what stands beside it."""
        return Random(f"{self.seed}:{self.entry.id}:{self.fact.name}:{kind}")  # noqa: S311 - no secret

    def question(self, kind: QuestionType, stem: str, *, options: tuple[Option, ...] = (), key: str = "", why: str, harder: int = 0) -> Question:
        """The question with what is common to all kinds filled in."""
        return Question(
            id=question_id(self.entry, self.fact, kind),
            type=kind,
            entry=self.entry.ref,
            stem=stem,
            options=options,
            key=key,
            facts=(FactRef(self.entry.id, self.fact.name),),
            difficulty=min(5, max(1, _difficulty(self.fact) + harder)),
            explanation=why,
            origin=Origin.GENERATED,
        )


def question_id(entry: Entry, fact: Fact, kind: QuestionType) -> str:
    """`g-<entry>-<fact>-<kind>`, the same for ever."""
    return f"g-{entry.id}-{fact.name}-{kind.value}"


def generate(library: Library, day: date, seed: int = 0, entry_id: str = "") -> list[Question]:
    """Questions on every numeric or dated fact of every tariff in force on the day, and on such texts as have siblings to be confused with.

    `entry_id` keeps to one entry. The order is that of entries and their facts.
    """
    market = market_of(library, day, library.current(Context(day)))
    made: list[Question] = []
    for entry in market.tariffs:
        if entry_id in {"", entry.id}:
            for fact in entry.facts.values():
                made += _questions(entry, fact, market, seed)
    return made


def asked_facts(library: Library, day: date) -> Iterator[tuple[Entry, Fact]]:
    """Every fact that some question has to ask: the numbers and dates of the tariffs in force."""
    for entry in library.current(Context(day)):
        if entry.kind is Kind.TARIFF:
            yield from ((entry, fact) for fact in entry.facts.values() if amount_of(fact))


def _questions(entry: Entry, fact: Fact, market: Market, seed: int) -> Iterator[Question]:
    key = amount_of(fact)
    if key is None:
        yield from _text(entry, fact, market, seed)
        return
    wrong = [d for d in distractors(entry, fact, market) if fits(d.amount, fact)]
    item = _Item(entry, fact, key, subject(entry, fact, market), wrong, seed)
    if item.wrong:
        yield _single(item)
        yield _true_false(item)
    if key.day is None:
        yield _number(item)


def _single(item: _Item) -> Question:
    rng = item.rng("single")
    wrong = draw(item.key, item.wrong, WRONG_OPTIONS, rng)
    stem = rng.choice(_STEMS).format(s=item.subject, q=gap(item.fact, item.key))
    ranked = [(d.amount.size, Option(str(d.amount), right=False)) for d in wrong]
    ranked.append((item.key.size, Option(f"{{{{ {item.fact.name} }}}}", right=True)))
    options = tuple(option for _, option in sorted(ranked, key=lambda pair: pair[0]))
    return item.question(QuestionType.SINGLE, stem, options=options, why=_why(item, wrong))


def _number(item: _Item) -> Question:
    unit = "单位和周期" if item.key.unit == "次" and item.key.per else "单位"
    stem = f"{item.subject}，{gap(item.fact, item.key)}？（连{unit}一起写）"
    return item.question(QuestionType.NUMBER, stem, key=f"{{{{ {item.fact.name} }}}}", why=_why(item, []), harder=1)


def _true_false(item: _Item) -> Question:
    rng = item.rng("true_false")
    truth = rng.random() < 0.5
    wrong = [] if truth else draw(item.key, item.wrong, 1, rng)
    value = told(wrong[0].amount if wrong else item.key, item.fact)
    stem = f"{item.subject}，{sentence(item.fact).format(value)}。"
    return item.question(QuestionType.TRUE_FALSE, stem, key=TRUE if truth else FALSE, why=_why(item, wrong), harder=-1)


def _why(item: _Item, wrong: list[Distractor]) -> str:
    notes = [d.note for d in wrong if d.note]
    return "；".join([f"“{item.entry.title}”，{bare_sentence(item.fact).format(f'{{{{ {item.fact.name} }}}}')}", *notes]) + "。"


def _difficulty(fact: Fact) -> int:
    return 4 if fact.type == "date" else 2 if fact.name in {"monthly_fee", "price", "data", "voice"} else 3


def _text(entry: Entry, fact: Fact, market: Market, seed: int) -> Iterator[Question]:
    rng = Random(f"{seed}:{entry.id}:{fact.name}:text")  # noqa: S311 - no secret
    wrong = text_options(entry, fact, market, rng)
    if not wrong:
        return
    options = [Option(text, right=False) for text, _ in wrong] + [Option(f"{{{{ {fact.name} }}}}", right=True)]
    rng.shuffle(options)
    notes = "；".join(f"“{text}”是“{other.title}”的" for text, other in wrong[:1])
    yield Question(
        id=question_id(entry, fact, QuestionType.SINGLE),
        type=QuestionType.SINGLE,
        entry=entry.ref,
        stem=f"“{entry.title}”的{fact.label}，现行口径是下面哪一项？",
        options=tuple(options),
        facts=(FactRef(entry.id, fact.name),),
        difficulty=3,
        explanation=f"{fact.label}：{{{{ {fact.name} }}}}。{notes}。",
        origin=Origin.GENERATED,
    )
