"""A district with two halls, another with one, their people, an inspector of each district and one of the branch, and a bank."""

from dataclasses import dataclass, field
from datetime import date

from quiz.people.directory import person
from quiz.people.roles import UnitKind
from quiz.spot.checking import Receipt, receive, start
from quiz.spot.draw import Wish
from quiz.spot.message import by_clerk, read_message
from quiz.spot.sheet import sheet
from quiz.tables import EmployeeRow, MembershipRow, UnitRow
from tests.builders import NOW, TODAY, make_entry, make_library
from tests.quiz.practising import Practising

TOPICS = ("资费", "话术", "证件")


def bank(world, each=6):
    """So many questions of three topics, every one of an entry of its own, and the library of those entries."""
    ids = world.bank(TOPICS, each)
    return ids, make_library(*(make_entry(id=f"tariff-{question}", topic=TOPICS[int(question.split("-")[1])]) for question in ids))


@dataclass
class Spotting:
    """Writes rows for tests, on whichever engine the session speaks to."""

    session: object
    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def __post_init__(self):
        tree = [
            ("AL", UnitKind.BRANCH, "示例分公司", None), ("SQ", UnitKind.DISTRICT, "沙区", "AL"), ("TB", UnitKind.DISTRICT, "天北", "AL"),
            ("ZQ", UnitKind.HALL, "中泉厅", "SQ"), ("BJ", UnitKind.HALL, "北京路厅", "SQ"), ("XB", UnitKind.HALL, "西北路厅", "TB"),
        ]  # fmt: skip
        for code, kind, name, above in tree:
            row = UnitRow(code=code, kind=kind.value, name=name, parent_id=self.units.get(above or ""))
            self.session.add(row)
            self.session.flush()
            self.units[code] = row.id
        staff = [("ZQ1", "ZQ"), ("ZQ2", "ZQ"), ("ZQ3", "ZQ"), ("ZQ4", "ZQ"), ("BJ1", "BJ"), ("BJ2", "BJ"), ("XB1", "XB")]
        for number, code in [*staff, ("IN-AL", "AL"), ("IN-SQ", "SQ"), ("IN-TB", "TB")]:
            row = EmployeeRow(number=number, name=f"演示{number}", role="inspector" if number.startswith("IN") else "clerk")
            self.session.add(row)
            self.session.flush()
            self.people[number] = row.id
            self.session.add(MembershipRow(employee_id=row.id, unit_id=self.units[code], from_day=date(2026, 1, 1)))
        self.session.flush()
        self.bank = Practising(self.session)
        self.questions, self.library = bank(self.bank)

    def hire(self, hall, count):
        """More clerks for a hall."""
        for n in range(count):
            row = EmployeeRow(number=f"{hall}N{n}", name=f"演示{hall}N{n}", role="clerk")
            self.session.add(row)
            self.session.flush()
            self.people[row.number] = row.id
            self.session.add(MembershipRow(employee_id=row.id, unit_id=self.units[hall], from_day=date(2026, 1, 1)))
        self.session.flush()

    def who(self, number="IN-AL"):
        """Somebody as of today."""
        return person(self.session, self.people[number], TODAY)

    def begin(self, number="IN-AL", hall="ZQ", clerks=2, each=3, check="a" * 32, seed=1, now=NOW):
        """A check under way; returns its sheet."""
        start(self.session, self.library, self.who(number), Wish(self.units[hall], clerks, each), seed, check, now)
        return sheet(self.session, check)

    def send(self, check, answers, number="IN-AL", now=NOW, finished=None, sent=1_000_000):
        """What the device sends, as it stands in JSON."""
        message = read_message({"sent": sent, "answers": answers, "finished": finished})
        return sum((receive(self.session, check, self.who(number), part, now) for part in by_clerk(message)), Receipt())


def answer(employee, revision, credit=1, change=1, at=1_000_000, note=""):
    """A judgement as a device writes it."""
    return {"employee": employee, "revision": revision, "credit": credit, "change": change, "at": at, "note": note}


def answers_of(found, credits_=(1, 0.5, 0)):
    """A judgement for every question of every turn."""
    pairs = [(turn.person.id, q.revision_id) for turn in found.turns for q in turn.questions]
    return [answer(employee, revision, credits_[n % len(credits_)]) for n, (employee, revision) in enumerate(pairs)]
