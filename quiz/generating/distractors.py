"""Wrong values for a question on a fact: from sibling tariffs, from what was replaced, from slips of the unit, and beside the key. PURE."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from kb import Entry, Fact, Kind, Library
from quiz.generating.neighbours import neighbours, plausible, scaled
from quiz.questions.amount import Amount, amount_of, same_amount

_NEAR, _RELATED, _MADE = 0, 1, 2
_Asked = tuple[str, str, str, bool]
# unit, the least and the greatest number that is mistaken so, the unit in its place, and a factor where the digits alone would be absurd
_UNIT_SLIPS = (
    ("GB", 100, 999, "MB", 1),
    ("MB", 100, 500, "GB", 0.01),
    ("天", 2, 30, "个工作日", 1),
    ("个工作日", 2, 30, "天", 1),
    ("小时", 2, 7, "个工作日", 1),
    ("Mbps", 100, 2000, "Mbps", 0.1),
)
_RATE_SLIPS = {
    ("元", "GB"): "MB", ("元", "MB"): "GB", ("元", "月"): "年", ("元", "年"): "月", ("次", "月"): "年", ("次", "年"): "月",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Distractor:
    """A wrong value, how real it is (0 best), and where it comes from, in words that may hold a reference."""

    amount: Amount
    rank: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Market:
    """The tariffs in force on a day, and how to find what they replaced.

    `answers` are their numbers and dates by the question that they answer: label, unit and rate.
    """

    library: Library
    tariffs: tuple[Entry, ...]
    day: date
    answers: Mapping[_Asked, Sequence[tuple[Entry, Fact, Amount]]]

    @classmethod
    def of(cls, library: Library, tariffs: tuple[Entry, ...], day: date) -> "Market":
        """The market of some tariffs."""
        answers = defaultdict[_Asked, list[tuple[Entry, Fact, Amount]]](list)
        for entry in tariffs:
            for fact in entry.facts.values():
                if amount := amount_of(fact):
                    answers[_asked(fact, amount)].append((entry, fact, amount))
        return cls(library, tariffs, day, answers)

    def siblings(self, entry: Entry) -> Iterator[tuple[Entry, int]]:
        """The other tariffs in force, those of the same topic as near, the rest as related."""
        for other in self.tariffs:
            if other.id != entry.id:
                yield other, _rank(entry, other)

    def replaced(self, entry: Entry) -> Iterator[Entry]:
        """Earlier versions of the entry, and the last version of every entry it supersedes."""
        yield from (other for other in self.library.versions(entry.id) if other.version < entry.version)
        for other_id in entry.supersedes:
            yield from self.library.versions(other_id)[-1:]


def distractors(entry: Entry, fact: Fact, market: Market) -> list[Distractor]:
    """Every wrong value that may stand beside a fact, the realest first.

    None equals the key, or another fact of the entry that has the same label and so would be right too; no two are equal.
    """
    key = amount_of(fact)
    if key is None:
        return []
    taken = [key, *(a for other in entry.facts.values() if _same_label(other, fact) and (a := amount_of(other)))]
    sizes = {a.size for a in taken}
    found, tried = list[Distractor](), set[Amount]()
    for made in sorted(_sources(entry, fact, key, market), key=lambda d: d.rank):
        amount = made.amount
        if amount in tried or amount.size in sizes or any(same_amount(amount, a) for a in taken):
            continue
        tried.add(amount)  # what was no good once is never any good
        if _sensible(amount, key, entry, fact, market.day):
            found.append(made)
            taken.append(amount)
            sizes.add(amount.size)
    return found


def draw(key: Amount, found: Sequence[Distractor], count: int, rng: Random) -> list[Distractor]:
    """`count` of the distractors (fewer when there are no more), ascending.

    How many lie below the key is drawn first, evenly over what is possible, so that its rank among the options says nothing; then the
    realest of each side are taken, evenly among equals.
    """
    below = _shuffled([d for d in found if d.amount.size < key.size], rng)
    above = _shuffled([d for d in found if d.amount.size > key.size], rng)
    count = min(count, len(below) + len(above))
    split = rng.randint(max(0, count - len(above)), min(count, len(below)))
    return sorted([*below[:split], *above[: count - split]], key=lambda d: d.amount.size)


def _shuffled(found: list[Distractor], rng: Random) -> list[Distractor]:
    rng.shuffle(found)
    return sorted(found, key=lambda d: d.rank)


def _same_label(other: Fact, fact: Fact) -> bool:
    return other.name != fact.name and other.label.partition("（")[0] == fact.label.partition("（")[0]


def _sources(entry: Entry, fact: Fact, key: Amount, market: Market) -> Iterator[Distractor]:
    asked = _asked(fact, key)
    for other, theirs, said in market.answers.get(asked, ()):
        if other.id != entry.id:
            yield Distractor(said, _rank(entry, other), f"{{{{ {other.id}.{theirs.name} }}}}是“{other.title}”的")
    yield from _outdated(entry, asked, market)
    if key.day is None:
        for own in entry.facts.values():
            if own.name != fact.name and (amount := amount_of(own)) and (amount.unit, amount.per) == (key.unit, key.per):
                yield Distractor(amount, _RELATED, f"{{{{ {own.name} }}}}是“{own.label}”的")
        yield from (Distractor(slip, _RELATED, f"{slip}是看错了单位") for slip in slips(key))
    yield from (Distractor(amount, _MADE) for amount in neighbours(key))


def _outdated(entry: Entry, asked: _Asked, market: Market) -> Iterator[Distractor]:
    for other in market.replaced(entry):
        title = other.title if other.id != entry.id else f"{other.title}以前的口径"
        for theirs in other.facts.values():
            if (amount := amount_of(theirs)) and _asked(theirs, amount) == asked:
                yield Distractor(amount, _NEAR, f"{theirs.value}是“{title}”的，已被替代")


def _rank(entry: Entry, other: Entry) -> int:
    return _NEAR if other.topic == entry.topic else _RELATED


def _asked(fact: Fact, amount: Amount) -> _Asked:
    """Facts that agree in this answer the same question in the same unit; dates have a unit of their own."""
    return fact.label, amount.base, amount.per, amount.decimals > 0


def slips(key: Amount) -> Iterator[Amount]:
    """The same digits with the unit or the rate that is mistaken for the right one, where that is not absurd."""
    number = key.number
    for unit, low, high, slipped, factor in _UNIT_SLIPS:
        if key.unit == unit and low <= number <= high:
            yield scaled(key, number * factor, unit=slipped)
    if (per := _RATE_SLIPS.get((key.unit, key.per))) is not None:
        yield scaled(key, number, per=per)


def _sensible(amount: Amount, key: Amount, entry: Entry, fact: Fact, day: date) -> bool:
    """No absurd size; no tariff in force that ended yesterday or starts tomorrow, or starts in a year that its title denies."""
    if amount.day is None or key.day is None:
        slip = (amount.unit, amount.per) != (key.unit, key.per) and amount.digits == key.digits
        return bool(amount.number) if slip else plausible(amount, key)
    if abs((amount.day - key.day).days) > 2 * 366:
        return False
    if fact.name == "end":
        return amount.day >= day
    if fact.name == "start":
        return amount.day <= day and (str(key.day.year) not in entry.title or amount.day.year == key.day.year)
    return True


def market_of(library: Library, day: date, tariffs: Iterable[Entry]) -> Market:
    """The market of a day from the entries in force."""
    return Market.of(library, tuple(e for e in tariffs if e.kind is Kind.TARIFF), day)
