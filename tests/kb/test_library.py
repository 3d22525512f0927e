from datetime import timedelta

import pytest

from kb.check import check
from kb.entry import Context, EntryRef, Scope, Status, Validity
from kb.errors import ContentError
from kb.library import entry_files, load_library
from tests.builders import TODAY, make_entry, make_library
from tests.kb.reading import file_text, found, write

DAY = timedelta(days=1)
NORTH = Scope(districts=("北",))


def on(days: int, **place: str) -> Context:
    return Context(TODAY + days * DAY, **place)


def validities(entry, *others, days=(-1, 0, 1), **place):
    library = make_library(entry, *others)
    return [library.validity(entry, on(n, **place)) for n in days]


def test_an_entry_is_current_on_its_first_day_and_not_before():
    assert validities(make_entry(effective_from=TODAY)) == [Validity.FUTURE, Validity.CURRENT, Validity.CURRENT]


def test_an_entry_is_given_out_on_its_last_day_and_not_after():
    assert validities(make_entry(effective_to=TODAY)) == [Validity.ENDING, Validity.ENDING, Validity.EXPIRED]


def test_an_entry_is_ending_during_its_last_fortnight():
    assert validities(make_entry(effective_to=TODAY + 15 * DAY), days=(0, 1)) == [Validity.CURRENT, Validity.ENDING]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETIRED])
def test_a_draft_and_a_retired_entry_are_never_given_out(status):
    entry = make_entry(status=status)
    assert validities(entry) == [Validity(status.value)] * 3
    assert list(make_library(entry).current(on(0))) == []


def test_an_entry_is_superseded_from_the_day_its_replacement_begins():
    old, new = make_entry(id="old"), make_entry(id="new", supersedes=("old",), effective_from=TODAY)
    assert validities(old, new) == [Validity.CURRENT, Validity.SUPERSEDED, Validity.SUPERSEDED]


def test_an_entry_stays_superseded_after_its_replacement_ended():
    old, new = make_entry(id="old"), make_entry(id="new", supersedes=("old",), effective_to=TODAY)
    assert validities(old, new) == [Validity.SUPERSEDED] * 3


def test_a_draft_replaces_nothing():
    old, new = make_entry(id="old"), make_entry(id="new", supersedes=("old",), status=Status.DRAFT)
    assert validities(old, new) == [Validity.CURRENT] * 3


def test_a_replacement_with_a_scope_replaces_only_there():
    old, new = make_entry(id="old"), make_entry(id="new", supersedes=("old",), scope=NORTH)
    assert validities(old, new, district="北") == [Validity.SUPERSEDED] * 3
    assert validities(old, new, district="南") == [Validity.CURRENT] * 3
    assert validities(old, new) == [Validity.CURRENT] * 3


def test_what_has_expired_is_called_so_even_when_it_was_superseded():
    old, new = make_entry(id="old", effective_to=TODAY - DAY), make_entry(id="new", supersedes=("old",))
    assert validities(old, new, days=(0,)) == [Validity.EXPIRED]


def test_only_what_holds_at_the_askers_place_is_current():
    library = make_library(make_entry(id="a", scope=NORTH), make_entry(id="b"))
    assert [[e.id for e in library.current(on(0, district=d))] for d in ("北", "南", "")] == [["a", "b"], ["b"], ["a", "b"]]


def test_a_successor_is_the_last_of_a_chain():
    first, second = make_entry(id="first"), make_entry(id="second", supersedes=("first",))
    third = make_entry(id="third", supersedes=("second",), effective_from=TODAY)
    library = make_library(first, second, third)
    assert library.successor(first, on(0)) is third
    assert library.successor(first, on(-1)) is second
    assert library.successor(third, on(0)) is None
    assert library.superseded_by(first, on(0)) is second


def test_entries_that_replace_each_other_have_no_successor():
    a, b, c = make_entry(id="a", supersedes=("b",)), make_entry(id="b", supersedes=("a",)), make_entry(id="c", supersedes=("c",))
    library = make_library(a, b, c)
    assert [library.successor(e, on(0)) for e in (a, b, c)] == [None, None, None]
    assert library.validity(c, on(0)) is Validity.CURRENT


def test_a_new_version_is_picked_from_its_first_day():
    old, new = make_entry(id="a", effective_to=TODAY), make_entry(id="a", version=2, effective_from=TODAY + DAY)
    library = make_library(new, old)
    assert [library.pick("a", TODAY + n * DAY) for n in (-1, 0, 1)] == [old, old, new]
    assert library.versions("a") == (old, new)
    assert library.get(EntryRef("a", 2)) is new
    assert library.get(EntryRef("a", 3)) is None


def test_between_two_versions_the_one_that_began_last_is_picked():
    old = make_entry(id="a", effective_from=TODAY - 9 * DAY, effective_to=TODAY - 5 * DAY)
    new = make_entry(id="a", version=2, effective_from=TODAY + DAY)
    library = make_library(old, new)
    assert [library.pick("a", TODAY + n * DAY) for n in (-10, -7, 0, 1)] == [old, old, old, new]
    assert library.pick("b", TODAY) is None


def test_a_text_is_rendered_with_the_numbers_of_the_day():
    old = make_entry(id="a", effective_to=TODAY, facts={"fee": "59 元"})
    new = make_entry(id="a", version=2, effective_from=TODAY + DAY, facts={"fee": "69 元"})
    reader = make_entry(id="b")
    library = make_library(old, new, reader)
    assert [library.render("{{ a.fee }}", reader, TODAY + n * DAY) for n in (0, 1)] == ["59元", "69元"]


def test_questions_golden_sets_hidden_files_and_capitals_are_no_entries(tmp_path):
    for name in (
        "questions/a.md",
        "golden/b.md",
        ".git/c.md",
        "GLOSSARY.md",
        "sub/README.md",
        "sub/d.md",
        "e.md",
        "f.txt",
        "sub/.g.md",
        "sub/golden/h.md",
    ):
        write((tmp_path / name).parent)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [p.relative_to(tmp_path).as_posix() for p in entry_files(tmp_path)] == ["e.md", "sub/d.md", "sub/golden/h.md"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ContentError) as caught:
        load_library(tmp_path / "gone")
    assert caught.value.code == "content-missing"


def test_one_broken_file_never_hides_or_stops_the_others(tmp_path):
    content = write(
        tmp_path,
        good=file_text(entry_id="good"),
        gbk=file_text(entry_id="gbk").encode("gbk"),
        utf16=file_text(entry_id="utf16").encode("utf-16"),
        huge=b"x" * 5_000_000,
        empty=b"",
        tab=file_text("asks:\n\t- a", entry_id="tab"),
        open="---\nid: open\n",
        colon="---\nid: colon\ntitle: a: b\nkind: basic\n---\n",
        circle=file_text("facts: &a {b: *a}", entry_id="circle"),
        deep=file_text("asks: " + "[" * 50_000, entry_id="deep"),
        nul=file_text("topic: a\0b", entry_id="nul"),
        far=file_text("reviewed_on: 9999-12-31\nreview_every: 1 年", entry_id="far"),
        worst=file_text("version: x\nfoo: 1", entry_id="worst"),
        zz=file_text(entry_id="zz"),
    )
    (content / "folder.md").mkdir()
    (content / "dangling.md").symlink_to(content / "nowhere")
    library = load_library(content)
    assert [e.id for e in library.entries] == ["far", "good", "worst", "zz"]
    codes = {f.path.removesuffix(".md"): f.code for f in check(library, TODAY)}
    assert codes == {
        "gbk": "encoding", "utf16": "encoding", "huge": "too-large", "empty": "no-front-matter", "tab": "yaml-tab", "open": "front-matter-open",
        "colon": "yaml",
        "circle": "yaml", "deep": "yaml", "nul": "yaml", "far": "bad-interval", "worst": "unknown-field", "folder": "unreadable",
        "dangling": "unreadable",
    }  # fmt: skip
    assert found([f for f in library.faults if f.path == "worst.md"]) == [(6, "unknown-field"), (5, "bad-version")]


def test_the_digest_follows_entries_and_synonyms_and_nothing_else(tmp_path):
    content = write(tmp_path, a=file_text())
    first = load_library(content).digest
    (content / "notes.txt").write_text("x", encoding="utf-8")
    assert load_library(content).digest == first
    (content / "synonyms.tsv").write_text("套餐\t资费\n", encoding="utf-8")
    second = load_library(content).digest
    write(content, a=file_text("topic: x"))
    third = load_library(content).digest
    (content / "a.md").rename(content / "b.md")
    assert len({first, second, third, load_library(content).digest}) == 4
