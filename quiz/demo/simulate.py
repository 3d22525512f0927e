"""A fictional branch and how its people would answer: for the demo and for load tests. PURE; the same seed gives the same branch.

Answers follow a one-parameter model: the chance of a right one is 1 / (1 + exp(b − θ)), with θ = hall + person + the month's progress (Rasch 1960).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any
from zlib import crc32

from quiz.people.roles import Role, UnitKind
from quiz.questions.question import CHOICES, TRUE, Question, QuestionType

DEMO_NAME = "演示"  # what every name begins with
EXPECTED = {1: 0.93, 2: 0.87, 3: 0.78, 4: 0.66, 5: 0.5}  # how often an average person answers a question of a difficulty right
_ROADS = (
    "春晖", "朝阳", "迎春", "文化", "解放", "和平", "青年", "友谊", "光明", "团结", "胜利", "建设", "幸福", "中山", "长江",
    "黄河", "天山", "昆仑", "松花", "珠江", "南苑", "北苑", "东湖", "西湖", "滨河", "银河", "金桥", "玉泉", "龙泉", "凤凰",
    "芙蓉", "桂花", "梧桐", "杨柳", "丁香", "牡丹", "荷塘", "兰亭", "菊园", "梅岭", "科技", "学府", "体育", "市府", "车站",
    "机场", "码头", "新城", "老街", "商贸", "工业", "农贸", "花园", "广场", "公园", "书院", "钟楼", "鼓楼", "塔山", "石桥",
)  # fmt: skip
_DISTRICTS = ("东城", "西城", "南城", "北城", "新区", "临江")
_HALL_SPREAD, _PERSON_SPREAD, _MONTHLY_GAIN = 0.25, 0.7, 0.05  # in logits
_WEAK_HALLS, _WEAKNESS = 3, -0.9
_SLIP = 0.04  # even who knows clicks wrong now and then
_MISLED_OF, _MISLED = 54, 0.75  # one question of so many leads the able astray, so often


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit to be made, with the code of the one above it."""

    code: str
    kind: UnitKind
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An employee to be made: plainly a demo name; `level` is the person's ability in logits, the hall's included."""

    number: str
    name: str
    role: Role
    unit: str
    level: float
    joined: date
    moved_from: str = ""
    moved_on: date | None = None


@dataclass(frozen=True, slots=True)
class DemoBranch:
    """A fictional branch."""

    units: tuple[DemoUnit, ...]
    people: tuple[DemoPerson, ...]


def demo_branch(day: date, halls: int = 60, people: int = 800, seed: int = 1) -> DemoBranch:
    """Halls of very different size under six districts; three of them are truly weaker than the rest, some people have moved."""
    rng = Random(seed)  # noqa: S311 (a simulation, not a secret)
    units = [DemoUnit("SF", UnitKind.BRANCH, "示例市分公司")]
    districts = [DemoUnit(f"SF{n:02}", UnitKind.DISTRICT, f"{name}区县公司", "SF") for n, name in enumerate(_DISTRICTS, 1)]
    rows = [DemoUnit(f"SF{n:04}", UnitKind.HALL, f"{_hall_name(n)}营业厅", districts[n % len(districts)].code) for n in range(halls)]
    sizes = _sizes(rng, halls, people - len(districts) - 5)
    effects = [rng.gauss(0, _HALL_SPREAD) for _ in rows]
    typical = sorted(range(halls), key=lambda n: abs(sizes[n] - people / halls))[: _WEAK_HALLS * 2 : 2]
    for n in typical:
        effects[n] = _WEAKNESS
    staff = _leaders(districts, day)
    for n, hall in enumerate(rows):
        for place in range(sizes[n]):
            staff.append(_clerk(rng, len(staff) + 1, hall, effects[n], Role.HALL_MANAGER if place == 0 else Role.CLERK, rows, day))
    return DemoBranch((*units, *districts, *rows), tuple(staff))


def _hall_name(n: int) -> str:
    return _ROADS[n % len(_ROADS)] + ("路" if n < len(_ROADS) else f"路{n // len(_ROADS) + 1}号")


def _sizes(rng: Random, halls: int, people: int) -> list[int]:
    """Between three and about thirty people a hall, `people` together."""
    weights = [rng.lognormvariate(0, 0.5) for _ in range(halls)]
    sizes = [max(3, round(people * w / sum(weights))) for w in weights]
    while (extra := sum(sizes) - people) != 0:
        at = max(range(halls), key=lambda n: sizes[n]) if extra > 0 else rng.randrange(halls)
        sizes[at] -= 1 if extra > 0 else -1
    return sizes


def _leaders(districts: Sequence[DemoUnit], day: date) -> list[DemoPerson]:
    joined = date(day.year - 2, 1, 1)
    posts = [
        ("管理员", Role.ADMIN, "SF"),
        ("分公司主管", Role.BRANCH_MANAGER, "SF"),
        ("培训师甲", Role.TRAINER, "SF"),
        ("培训师乙", Role.TRAINER, "SF"),
    ]
    posts += [("检查员", Role.INSPECTOR, "SF"), *((f"{d.name[:2]}主管", Role.BRANCH_MANAGER, d.code) for d in districts)]
    return [DemoPerson(f"SF{n:06}", f"{DEMO_NAME}{name}", role, unit, 1.5, joined) for n, (name, role, unit) in enumerate(posts, 1)]


def _clerk(rng: Random, serial: int, hall: DemoUnit, effect: float, role: Role, halls: Sequence[DemoUnit], day: date) -> DemoPerson:
    level = effect + rng.gauss(0, _PERSON_SPREAD) + (0.3 if role is Role.HALL_MANAGER else 0)
    moves = role is Role.CLERK and rng.random() < 0.03
    name = f"{DEMO_NAME}{'经理' if role is Role.HALL_MANAGER else '员工'}{serial:03}"
    joined = date(day.year - 1, rng.randint(1, 12), 1)
    if not moves:
        return DemoPerson(f"SF{serial:06}", name, role, hall.code, level, joined)
    before = rng.choice([h for h in halls if h.code != hall.code])
    moved = date.fromordinal(day.toordinal() - rng.randint(20, 150))
    return DemoPerson(f"SF{serial:06}", name, role, hall.code, level, date(day.year - 1, 1, 1), before.code, moved)


def ability(person: DemoPerson, months_ago: int) -> float:
    """The person's ability in logits so many months ago: everybody learns a little each month."""
    return person.level - _MONTHLY_GAIN * months_ago


def chance(level: float, expected: float) -> float:
    """The probability of a right answer to a question that an average person (θ = 0) answers with probability `expected`."""
    b = -math.log(expected / (1 - expected))
    return (1 - _SLIP) / (1 + math.exp(b - level))


def misleads(question: Question) -> bool:
    """Whether it is one of the few questions, as every real bank has them, that those who know much read otherwise than the key."""
    return question.type is QuestionType.SINGLE and crc32(question.id.encode()) % _MISLED_OF == 0


def knows(question: Question, level: float, rng: Random) -> bool:
    """Whether somebody of that ability answers right."""
    if level > 0 and misleads(question) and rng.random() < _MISLED:
        return False
    return rng.random() < chance(level, EXPECTED[question.difficulty])


def answered(question: Question, right: bool, rng: Random) -> Any:  # noqa: FBT001  # whether the person knows it
    """A response in canonical indexes: the key, or a mistake such as people make, the first distractor more often than the others."""
    kind = question.type
    if kind is QuestionType.MULTIPLE:
        return _ticked(question, right, rng)
    if kind in CHOICES:
        wanted = [n for n, option in enumerate(question.options) if option.right is right]
        return wanted[0] if right or rng.random() < 0.5 else rng.choice(wanted)
    if kind is QuestionType.TRUE_FALSE:
        return (question.key == TRUE) is right
    if kind is QuestionType.ORDERING:
        order = list(range(len(question.steps)))
        if not right:
            at = rng.randrange(len(order) - 1)
            order[at], order[at + 1] = order[at + 1], order[at]
        return order
    if right:
        return question.key
    return "不记得了" if kind is QuestionType.SHORT else str(rng.randint(1, 99))


def _ticked(question: Question, right: bool, rng: Random) -> list[int]:  # noqa: FBT001
    key = [n for n, option in enumerate(question.options) if option.right]
    if right:
        return key
    missed, wrong = rng.choice(key), [n for n, option in enumerate(question.options) if not option.right]
    given = {n for n in key if n != missed} | ({rng.choice(wrong)} if rng.random() < 0.4 else set())
    return sorted(given)
