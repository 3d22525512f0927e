import pytest
from sqlalchemy import create_engine, text

from kb.errors import ModelError
from kb.index import current_snapshot

pytestmark = pytest.mark.model


def ledger(site):
    engine = create_engine(f"sqlite:///{site.database}")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT entry_id, version, title FROM published_version ORDER BY entry_id, version")).all()
    engine.dispose()
    return [tuple(row) for row in rows]


def state(site):
    return ledger(site), current_snapshot(site.index)


@pytest.fixture
def no_model(monkeypatch):
    """No model but the bundled one can be had, which it takes no import of torch to find out."""

    def refuse(name):
        raise ModelError("model-missing", name=name, reason="-")

    monkeypatch.setattr("kb.embed.SentenceTransformerEmbedder", refuse)


def test_what_is_published_stands_in_the_ledger_and_is_found(published):
    assert [row[0] for row in ledger(published)] == ["basic-card", "script-cheaper", "tariff-58", "tariff-59"]
    assert published.run("search", "补卡", "--json").lines[0]["hits"][0]["id"] == "basic-card"


def test_a_second_publish_adds_nothing(site):
    before = state(site)
    done = site.run("publish")
    assert done.code == 0
    assert done.out.startswith("新版本 0 个；共 4 个条目、")
    assert state(site) == before


def test_changed_text_under_the_same_version_is_refused_with_the_change_and_nothing_moves(site):
    before = state(site)
    site.change("basic-card", "请带身份证原件", "请带户口本原件")
    site.write("basic-new", "\nid: basic-new\ntitle: 新条目\nkind: basic\n---\n正文。\n")
    done = site.run("publish")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert "basic-card" in done.err
    assert "-> 请带身份证原件。" in done.err.splitlines()
    assert "+> 请带户口本原件。" in done.err.splitlines()
    assert state(site) == before


def test_changed_text_with_a_new_version_is_published_and_swapped(site):
    _, snapshot = state(site)
    site.change("basic-card", "请带身份证原件", "请带户口本原件")
    site.change("basic-card", "kind: basic", "kind: basic\nversion: 2")
    done = site.run("publish")
    assert done.code == 0
    assert done.out.splitlines()[0] == "+ basic-card@2"
    assert ("basic-card", 2, "补卡要带什么证件") in ledger(site)
    assert current_snapshot(site.index) != snapshot
    assert site.run("search", "补卡", "--json").lines[0]["hits"][0]["say"] == "请带户口本原件。"


def test_a_lower_version_than_published_is_refused(site):
    site.change("basic-card", "kind: basic", "kind: basic\nversion: 3")
    assert site.run("publish").code == 0
    before = state(site)
    site.change("basic-card", "version: 3", "version: 2")
    done = site.run("publish")
    assert (done.code, "basic-card" in done.err) == (1, True)
    assert state(site) == before


def test_content_with_errors_publishes_nothing(site):
    before = state(site)
    site.change("basic-card", "kind: basic", "kind: basic\nversion: 2\nnonsense: 1")
    done = site.run("publish")
    assert done.code == 1
    assert "unknown-field" in done.err
    assert state(site) == before


def test_when_the_snapshot_cannot_be_built_nothing_was_published(site, no_model):
    before = state(site)
    site.change("basic-card", "kind: basic", "kind: basic\nversion: 2")
    done = site.run("publish", HALLWISE_MODEL="/nowhere/model")
    assert done.code == 1
    assert "/nowhere/model" in done.err
    assert state(site) == before


def test_a_database_that_cannot_be_reached_is_an_error_and_the_snapshot_stays(site):
    before = state(site)
    site.write("basic-new", "\nid: basic-new\ntitle: 新条目\nkind: basic\n---\n正文。\n")
    done = site.run("publish", HALLWISE_DATABASE_URL="postgresql://u@/x?host=/nowhere")
    assert (done.code, done.err.startswith("error: ")) == (1, True)
    assert state(site) == before


def test_the_question_bank_follows_with_the_ledger_and_a_changed_fact_makes_stale_at_once(site):
    (site.content / "questions").mkdir()
    question = "# 套餐\n\n## q-data\ntype: number\nentry: tariff-59\nfacts: data\n\n多少流量？\n\n答案：{{ data }}\n\n> {{ data }}。\n"
    (site.content / "questions" / "tariffs.md").write_text(question, encoding="utf-8")
    assert "questions: 1 added" in site.run("publish", HALLWISE_LANG="en").out.splitlines()
    site.change("tariff-59", "value: 20 GB/月", "value: 30 GB/月")
    site.change("tariff-59", "kind: tariff", "kind: tariff\nversion: 2")
    done = site.run("publish")
    assert done.code == 0, done.err
    assert "待复核 1 题" in done.out
    engine = create_engine(f"sqlite:///{site.database}")
    with engine.connect() as connection:
        row = connection.execute(text("SELECT state, revision FROM question WHERE id = 'q-data'")).one()
    engine.dispose()
    assert tuple(row) == ("stale", 1)


def test_when_the_snapshot_cannot_be_built_the_bank_stays_too(site, no_model):
    site.change("tariff-59", "kind: tariff", "kind: tariff\nversion: 2")
    site.change("tariff-59", "value: 20 GB/月", "value: 30 GB/月")
    assert site.run("publish", HALLWISE_MODEL="/nowhere/model").code == 1
    engine = create_engine(f"sqlite:///{site.database}")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM question_revision WHERE entry_version = 2")).scalar() == 0
    engine.dispose()


def test_only_the_first_of_many_new_versions_are_named(site):
    for n in range(25):
        site.write(f"basic-n{n:02}", f"\nid: basic-n{n:02}\ntitle: 条目{n}\nkind: basic\n---\n正文 {n}。\n")
    lines = site.run("publish", HALLWISE_LANG="en").out.splitlines()
    assert [line for line in lines if line.startswith("+ ")] == [f"+ basic-n{n:02}@1" for n in range(20)]
    assert "  … and 5 more" in lines
    assert lines[-1].startswith("25 new versions, 29 entries, ")
