import pytest

from tests.kb.scripts.conftest import Site


@pytest.fixture
def fresh(tmp_path):
    return Site(tmp_path)


def test_check_refuses_a_database_without_tables_and_says_what_to_run(fresh):
    done = fresh.run("db", "check")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert "hallwise db upgrade" in done.err


def test_upgrade_makes_the_tables_and_check_agrees(fresh):
    upgraded = fresh.run("db", "upgrade")
    assert (upgraded.code, upgraded.out.split(" → ")[0]) == (0, "-")
    checked = fresh.run("db", "check")
    assert (checked.code, checked.out) == (0, upgraded.out.split(" → ")[1])


def test_a_second_upgrade_stays_where_it_is(fresh):
    fresh.run("db", "upgrade")
    before, after = fresh.run("db", "upgrade").out.strip().split(" → ")
    assert before == after


@pytest.mark.parametrize("command", ["upgrade", "check"])
@pytest.mark.parametrize("url", ["nonsense", "postgresql://u@/x?host=/nowhere"])
def test_a_database_that_cannot_be_reached_is_an_error(fresh, command, url):
    done = fresh.run("db", command, HALLWISE_DATABASE_URL=url)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")


@pytest.mark.postgres
def test_upgrade_and_check_work_on_postgresql(fresh, postgres_url):
    url = {"HALLWISE_DATABASE_URL": postgres_url}
    assert fresh.run("db", "upgrade", **url).code == 0
    assert fresh.run("db", "check", **url).code == 0
