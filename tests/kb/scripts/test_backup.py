from tests.kb.scripts.conftest import Site


def test_a_database_is_backed_up_and_restored_from_the_command_line(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = Site(tmp_path / "a"), Site(tmp_path / "b")
    one.run("db", "upgrade")
    made = one.run("backup", str(tmp_path / "x.zip"))
    assert (made.code, "0 rows" in made.out) == (0, True)
    restored = two.run("restore", str(tmp_path / "x.zip"))
    assert (restored.code, "0 rows" in restored.out) == (0, True)


def test_a_missing_backup_is_said(tmp_path):
    done = Site(tmp_path).run("restore", str(tmp_path / "none.zip"))
    assert (done.code, done.err.startswith("error: ")) == (1, True)
