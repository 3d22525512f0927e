import openpyxl
import pytest

from kb.db import open_engine, open_sessions
from kb.errors import NotFoundError
from kb.printing.fonts import find_fonts
from tests.quiz.reporting import Reporting, weak_and_strong


@pytest.fixture
def sat(site):
    """Papers of September and October."""
    site.run("db", "upgrade")
    engine = open_engine(f"sqlite:///{site.database}")
    with open_sessions(engine).begin() as session:
        weak_and_strong(Reporting(session), "2026-10", before="2026-09")
    engine.dispose()


def test_the_bulletin_of_the_branch_is_written_as_html_and_excel(site, sat):
    page, book = site.root / "b.html", site.root / "b.xlsx"
    done = site.run("bulletin", "--month", "2026-10", "--out", str(page))
    assert (done.code, done.out.strip()) == (0, f"{page}: 示例分公司 2026-10, 21 people")
    text = page.read_text(encoding="utf-8")
    assert "示例分公司 2026年10月业务考试通报" in text
    assert "嫌月费太贵要降档" in text
    assert "%(" not in text
    assert site.run("bulletin", "--month", "2026-10", "--unit", "zq", "--out", str(book)).code == 0
    assert "员工名次表" in openpyxl.load_workbook(book).sheetnames


def test_the_bulletin_is_written_as_pdf(site, sat):
    try:
        find_fonts()
    except NotFoundError as error:
        pytest.skip(f"PDF NOT TESTED: {error}")
    out = site.root / "b.pdf"
    assert site.run("bulletin", "--month", "2026-10", "--unit", "SQ", "--out", str(out)).code == 0
    assert out.read_bytes().startswith(b"%PDF")


def test_what_makes_no_sense_is_refused(site, sat):
    assert site.run("bulletin", "--month", "10", "--out", "x.pdf").code == 1
    assert site.run("bulletin", "--month", "2026-10", "--out", "x.doc").code == 1
    assert site.run("bulletin", "--month", "2026-10", "--unit", "NOWHERE", "--out", "x.html").code == 1
    assert site.run("bulletin", "--month", "2026-10", "--out", str(site.root / "no" / "x.html")).code == 1
