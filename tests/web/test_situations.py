"""Months and branches as they should not be, on every page of managers, trainers and inspectors: each answers, with figures or an honest blank."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from quiz.exams.tallies import SPOT, Graded, Whose, add
from quiz.people.accounts import set_password
from quiz.people.organisation import close_unit
from quiz.people.personnel import add_person, move_person
from quiz.people.roles import Role, UnitKind
from quiz.tables import EmployeeRow, ExamRow, UnitRow
from tests.quiz.reporting import Reporting, weak_and_strong
from tests.web.conftest import NOW, TODAY, Staff
from web import Services

STARTS = (
    "/manager", "/manager?source=spot", "/manager?first=2026-10&last=2026-10", "/manager?first=2026-08&last=2026-11", "/manager/tables?level=district",
    "/manager/tables?level=hall", "/manager/tables?level=person", "/manager/tables?level=hall&source=spot", "/manager/tables?level=person&source=spot",
    "/me", "/bulletin", "/spot", "/insight", "/insight/items", "/planner",
)  # fmt: skip
OTHERS = ("/spot/new", "/insight/voice", "/trainer/questions", "/authoring", "/people", "/exams", "/practice", "/")  # what no result changes
AREAS = ("/manager", "/me", "/bulletin", "/spot", "/insight", "/planner")
EVERY_AREA = (*AREAS, "/trainer", "/people", "/exams", "/practice", "/announcements", "/authoring")
WHO = ("ADMIN-AL", "HALL-ZQ")  # who reaches every page of the others, and who reaches them of one hall
BROKEN = re.compile(r"\bnan\b|\bNaN\b|\bNone\b|\binf\b|-inf|Infinity|\bundefined\b|Undefined|Traceback|其余 0 |可比的 0 ")
OF_A_HUNDRED = re.compile(r"(?<![\d.])(-?\d+(?:\.\d+)?)%")


# --- the situations


def nothing_yet(world: Reporting) -> None:
    """People and halls, and not one answer."""


def a_month_without_exam(world: Reporting) -> None:
    weak_and_strong(world, "2026-09")


def a_hall_of_one(world: Reporting) -> None:
    world.exam("2026-11")
    [one] = world.hire("ONE", 1)
    world.sit("2026-11", one, "ONE", [1.0, 0.0, 0.5, 1.0])


def everyone_absent(world: Reporting) -> None:
    for hall in ("ZQ", "BJ", "XB", "ONE"):
        world.hire(hall, 3)
    world.exam("2026-11")


def _all(world: Reporting, credit: float) -> None:
    for month in ("2026-10", "2026-11"):
        world.exam(month)
    for hall in ("ZQ", "BJ", "XB", "ONE"):
        for number in world.hire(hall, 7):
            for month in ("2026-10", "2026-11"):
                world.sit(month, number, hall, [credit] * 4)


def all_right(world: Reporting) -> None:
    _all(world, 1.0)


def all_wrong(world: Reporting) -> None:
    _all(world, 0.0)


def somebody_moved_in_the_month(world: Reporting) -> None:
    staff = weak_and_strong(world, "2026-11", before="2026-10")
    mover = staff["ZQ"][0]
    move_person(world.session, world.people[mover], world.units["XB"], TODAY - timedelta(days=3), "AD", NOW)
    spot(world, mover, "ZQ", 1.0)
    spot(world, mover, "XB", 0.0)


def a_regrade_after_the_results(world: Reporting) -> None:
    staff = weak_and_strong(world, "2026-11")
    world.session.query(ExamRow).update({"release": "at_once"})
    world.regrade("2026-11", staff["ZQ"][0], "ZQ", 2, 0.0, 1.0)


def districts_of_one_hall_and_of_none(world: Reporting) -> None:
    weak_and_strong(world, "2026-11")
    for code, halls in (("D1", 1), ("D0", 0)):
        district = world.put(UnitRow(code=code, kind=UnitKind.DISTRICT.value, name=f"新区{code}", parent_id=world.units["AL"]))
        for n in range(halls):
            world.units[f"{code}-{n}"] = world.put(UnitRow(code=f"{code}-{n}", kind=UnitKind.HALL.value, name="独一厅", parent_id=district))
    [one] = world.hire("D1-0", 1)
    world.sit("2026-11", one, "D1-0", [1.0] * 4)


def a_hall_that_closed(world: Reporting) -> None:
    staff = weak_and_strong(world, "2026-11", before="2026-10")
    for number in (*staff["XB"], "CLERK-XB"):
        move_person(world.session, world.people[number], world.units["ONE"], TODAY, "AD", NOW)
    close_unit(world.session, world.units["XB"], "AD", NOW)


def two_exams_in_a_month(world: Reporting) -> None:
    numbers = [(hall, number) for hall in ("ZQ", "XB") for number in world.hire(hall, 6)]
    for credit in (0.0, 1.0):
        world.exam("2026-11")
        for hall, number in numbers:
            world.sit("2026-11", number, hall, [credit, 1.0, 0.0, credit])


def an_exam_that_is_running(world: Reporting) -> None:
    weak_and_strong(world, "2026-10")
    numbers = world.hire("ZQ", 2)
    world.exam("2026-11", closes=NOW + timedelta(days=3))
    world.sit("2026-11", numbers[0], "ZQ", [1.0, 0.0, 1.0, 1.0])


def one_answer_in_one_spot_check(world: Reporting) -> None:
    spot(world, "CLERK-ZQ", "ZQ", 0.5)


def somebody_without_a_unit(world: Reporting) -> None:
    weak_and_strong(world, "2026-11")
    world.people["LOST"] = world.put(EmployeeRow(number="LOST", name="演示离岗", role="clerk", active=False))


SITUATIONS: tuple[Callable[[Reporting], None], ...] = (
    nothing_yet, a_month_without_exam, a_hall_of_one, everyone_absent, all_right, all_wrong, somebody_moved_in_the_month, a_regrade_after_the_results,
    districts_of_one_hall_and_of_none, a_hall_that_closed, two_exams_in_a_month, an_exam_that_is_running, one_answer_in_one_spot_check,
    somebody_without_a_unit,
)  # fmt: skip


def spot(world: Reporting, number: str, hall: str, credit: float) -> None:
    """An answer to an inspector."""
    add(world.session, Whose("2026-11", SPOT, world.people[number], world.units[hall]), [Graded("q-a1", "资费", credit, credit, 1.0)])


# --- the pages


@dataclass
class Walker:
    """Follows the links of the site's pages, one of each kind, wherever the results of people are shown or, where asked to, `everywhere`."""

    app: Flask
    client: FlaskClient
    everywhere: bool = False

    def pages(self) -> Iterator[tuple[str, str]]:
        """(address, text) of every page that can be reached; whatever answers neither 200 nor a refusal fails here."""
        waiting, areas = [*STARTS, *(OTHERS if self.everywhere else ())], EVERY_AREA if self.everywhere else AREAS
        known = {self._kind(path) for path in waiting}
        while waiting:
            path = waiting.pop(0)
            response = self.client.get(path)
            assert response.status_code in {200, 302, 303, 403}, (path, response.status_code)
            if response.status_code != 200 or response.mimetype != "text/html":
                continue
            yield path, response.text
            for link in re.findall(r'href="(/[^"#]*)"', response.text):
                address = link.replace("&amp;", "&")
                kind = self._kind(address)
                if address.startswith(areas) and kind and kind not in known:
                    known.add(kind)
                    waiting.append(address)

    def _kind(self, address: str) -> tuple[object, ...]:
        """What makes a page another page; () for what is none or is slow and tested elsewhere."""
        parts = urlsplit(address)
        try:
            endpoint, _ = self.app.url_map.bind("localhost").match(parts.path)
        except HTTPException:
            return ()
        query = dict(parse_qsl(parts.query))
        return () if parts.path.endswith(".pdf") else (endpoint, query.get("level"), query.get("source"), query.get("layout"))


def faults(path: str, text: str) -> list[str]:
    """What no page may show: broken figures, and shares beyond a hundred."""
    shown = re.sub(r"<script.*?</script>|<style.*?</style>", "", text, flags=re.DOTALL)
    wrong = [found[0] for found in BROKEN.finditer(shown)]
    wrong += [found[0] for found in OF_A_HUNDRED.finditer(re.sub(r"<[^>]*>", " ", shown)) if not 0 <= float(found[1]) <= 100]
    return [f"{path}: {each}" for each in wrong]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.__name__)
def test_every_page_tells_of_an_odd_month_in_figures_or_honest_blanks(
    app: Flask, client: FlaskClient, services: Services, staff: Staff, situation: Callable[[Reporting], None]
) -> None:
    with services.sessions.begin() as db:
        situation(Reporting(db, units=dict(staff.units), people=dict(staff.ids)))
    wrong, seen = [], set()
    for who in WHO:
        staff.sign_in(client, who)
        for path, text in Walker(app, client, everywhere=situation is nothing_yet).pages():
            wrong += faults(f"{who} {path}", text)
            seen.add(urlsplit(path).path)
    assert wrong == []
    assert len(seen) > 12


SAYS = (  # what a manager would misread, were it not said: situation, page, words, and words that must not be there
    (everyone_absent, "/manager", "2026年11月有考试，应考 17 人，还没有人交卷。", "没有考试作答"),
    (everyone_absent, "/manager/tables?level=hall", "0 / 6", "没有考试作答"),
    (a_month_without_exam, "/manager?first=2026-11&last=2026-11", "没有考试作答", "0.0%"),
    (a_hall_of_one, "/manager/halls", "只有 1 个厅有人作答，没有可比的厅", "看不出哪个厅"),
    (a_hall_of_one, "/bulletin", "下面的数字就是这一个人的成绩", "▼"),
    (all_right, "/manager", "100.0%", "讲清"),
    (all_wrong, "/manager", "讲清", "明显偏低"),
    (two_exams_in_a_month, "/manager", "24 份答卷", "12 份答卷"),
    (a_hall_that_closed, "/manager/halls", "已撤销", "其余"),
    (an_exam_that_is_running, "/manager?first=2026-11&last=2026-11", "本月考试还没有结束，数字还会变。", "明显"),
    (one_answer_in_one_spot_check, "/manager/tables?level=hall&source=spot", "人数少，不排名", "未达标"),
    (nothing_yet, "/manager/tables?level=hall&source=spot", "没有抽查作答", "0.0%"),
)


@pytest.mark.parametrize(("situation", "path", "said", "unsaid"), SAYS, ids=lambda each: getattr(each, "__name__", None))
def test_what_a_manager_would_misread_is_said(
    client: FlaskClient, services: Services, staff: Staff, situation: Callable[[Reporting], None], path: str, said: str, unsaid: str
) -> None:
    with services.sessions.begin() as db:
        situation(Reporting(db, units=dict(staff.units), people=dict(staff.ids)))
    staff.sign_in(client, "BRANCH-AL")
    text = re.sub(r"<(details|select|script)\b.*?</\1>", "", client.get(path).text, flags=re.DOTALL)
    assert (said in text, unsaid in text) == (True, False)


def test_a_new_installation_has_nothing_to_show_and_says_so(app: Flask, client: FlaskClient, services: Services, password_hash: str) -> None:
    """One administrator, no unit, no question, no answer."""
    with services.sessions.begin() as db:
        ids = {"ADMIN": add_person(db, "ADMIN", "演示管理员", Role.ADMIN, None, TODAY, "AD", NOW)}
        set_password(db, ids["ADMIN"], password_hash, must_change=False)
    Staff(ids, {}).sign_in(client, "ADMIN")
    pages = list(Walker(app, client, everywhere=True).pages())
    assert [fault for path, text in pages for fault in faults(path, text)] == []
    assert len(pages) > 20
