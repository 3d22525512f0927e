"""The demo's spot checks: a few in each of the last months and one that is under way. Use cases: they never commit.

They are drawn, judged and ended as real ones are. What clerks know is simulated as in the demo's exams (`quiz.demo.simulate`); said to an inspector
a little more counts than on paper.
"""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import SHANGHAI, Library, day_of
from quiz.demo.simulate import EXPECTED, DemoBranch, ability, chance
from quiz.fieldtables import SpotCheckRow
from quiz.people.directory import person
from quiz.people.roles import Person, Role, UnitKind
from quiz.spot.checking import receive, start
from quiz.spot.draw import Wish
from quiz.spot.message import Ending, Judged, Message
from quiz.spot.plan import SpotPlan, Turn, plan_from_json
from quiz.tables import EmployeeRow, QuestionRow, RevisionRow, UnitRow

_DAYS, _CHECKS = 90, 12
_CLERKS, _EACH = 6, 5
_BONUS = 1.3  # in logits: an inspector hears half an answer and asks again
_EACH_TAKES = timedelta(minutes=2)
_NOTES = ("示例：数字记混了", "示例：办理条件没说全", "示例：提醒后才说出有效期", "")
_REMARKS = ("示例：口径熟练，继续保持", "示例：资费数字要再背，晨会抽背", "示例：新员工不熟悉必说内容，请厅经理带教")


def spot_checks(session: Session, library: Library, branch: DemoBranch, now: datetime, seed: int = 1) -> int:
    """Check some halls of the demo branch in the last 90 days, and one right now; returns how many checks there are."""
    rng = Random(seed)  # noqa: S311 (a simulation, not a secret)
    checking = _Checking(session, library, branch, rng)
    halls = [unit.code for unit in branch.units if unit.kind is UnitKind.HALL]
    rng.shuffle(halls)
    for n, began in enumerate(_moments(now, rng)):
        checking.check(halls[n % len(halls)], began, began + _CLERKS * _EACH * _EACH_TAKES + timedelta(minutes=9), ended=True)
    checking.check(halls[_CHECKS % len(halls)], now - timedelta(minutes=25), now, ended=False)
    return _CHECKS + 1


def _moments(now: datetime, rng: Random) -> list[datetime]:
    """When the checks that are over began: in the hours of work of working days, the oldest first."""
    found = []
    for n in range(_CHECKS):
        day = now.astimezone(SHANGHAI) - timedelta(days=_DAYS - n * (_DAYS - 1) // _CHECKS - rng.randrange(3))
        day -= timedelta(days=max(0, day.weekday() - 4))
        found.append(day.replace(hour=rng.randint(10, 15), minute=rng.randrange(60), second=0, microsecond=0).astimezone(now.tzinfo))
    return sorted(found)


class _Checking:
    """The demo's inspector at work."""

    def __init__(self, session: Session, library: Library, branch: DemoBranch, rng: Random) -> None:
        self.session, self.library, self.rng = session, library, rng
        ids = {row.number: row.id for row in session.execute(select(EmployeeRow.number, EmployeeRow.id))}
        self.people = {ids[p.number]: p for p in branch.people}
        self.units = {row.code: row.id for row in session.execute(select(UnitRow.code, UnitRow.id))}
        self.inspector = next(ids[p.number] for p in branch.people if p.role is Role.INSPECTOR)

    def check(self, hall: str, began: datetime, until: datetime, *, ended: bool) -> None:
        """One check of a hall; one that is under way has come to the third clerk."""
        inspector = person(self.session, self.inspector, day_of(began))
        assert inspector is not None
        wish = Wish(self.units[hall], _CLERKS, _EACH)
        check_id = start(self.session, self.library, inspector, wish, self.rng.randrange(10**9), f"{self.rng.getrandbits(128):032x}", began)
        plan = plan_from_json(self.session.get_one(SpotCheckRow, check_id).plan)
        self._judge(check_id, inspector, plan, plan.turns if ended else plan.turns[:2], until, ended=ended)

    def _judge(self, check_id: str, inspector: Person, plan: SpotPlan, turns: tuple[Turn, ...], until: datetime, *, ended: bool) -> None:
        query = select(RevisionRow.id, QuestionRow.difficulty).join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
        difficulty = {row.id: row.difficulty for row in self.session.execute(query.where(RevisionRow.id.in_(plan.revisions)))}
        asked = [(turn.employee_id, revision) for turn in turns for revision in turn.revisions]
        answers = []
        for place, (employee, revision) in enumerate(asked):
            credit = self._credit(employee, difficulty[revision])
            note = self.rng.choice(_NOTES) if credit < 1 else ""
            answers.append(Judged(employee, revision, credit, note, 1, (len(asked) - place) * _EACH_TAKES, place))
        ending = Ending(timedelta(minutes=1), self.rng.choice(_REMARKS)) if ended else None
        receive(self.session, check_id, inspector, Message(tuple(answers), ending=ending), until)

    def _credit(self, employee: int, difficulty: int) -> float:
        """What the inspector finds of an answer."""
        if self.rng.random() < chance(ability(self.people[employee], 0) + _BONUS, EXPECTED[difficulty]):
            return 1.0
        return 0.5 if self.rng.random() < 0.4 else 0.0
