"""What is exported comes back equal, in every format that can carry it; what it cannot carry is said."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import EntryRef
from kb.errors import ContentError
from quiz.importers.formats import FORMATS, Format, guess, read_questions
from quiz.questions.question import Place, Question, QuestionStatus, QuestionType
from tests.quiz.importers.questions import papers, texts

T = QuestionType


def bare(question):
    return replace(question, place=Place())


def back(form, asked):
    exported = FORMATS[form].write(asked)
    return exported, read_questions(exported.data, f"bank.{FORMATS[form].suffix}", form)


def check(form, asked):
    exported, read = back(form, asked)
    assert [f.code for f in read.faults] == []
    assert [bare(q) for q in read.questions] == asked
    assert (exported.written, exported.faults) == (len(asked), ())


@given(papers())
def test_gift_carries_every_type(asked):
    check(Format.GIFT, asked)


@given(papers())
def test_moodle_xml_carries_every_type(asked):
    check(Format.MOODLE, asked)


@settings(max_examples=20)
@given(papers())
def test_a_spreadsheet_carries_every_type(asked):
    check(Format.EXCEL, asked)


@pytest.mark.parametrize("form", [Format.QTI21, Format.QTI30])
@given(asked=papers(T.SINGLE, T.BEST_REPLY, T.MULTIPLE, T.TRUE_FALSE))
def test_qti_carries_choices(form, asked):
    check(form, asked)


@pytest.mark.parametrize("form", [Format.QTI21, Format.QTI30])
@given(asked=papers(T.NUMBER, T.ORDERING, T.SHORT))
def test_qti_says_what_it_cannot_carry(form, asked):
    exported = FORMATS[form].write(asked)
    assert (exported.written, [(f.path, f.code) for f in exported.faults]) == (0, [(q.id, "export-type") for q in asked])


@given(papers(T.SINGLE))
def test_aiken_carries_stem_options_and_key_and_says_what_is_lost(asked):
    plain = [replace(q, id="", explanation="", difficulty=3, facts=(), stem=" ".join(q.stem.split("\n")), entry=EntryRef("", 0)) for q in asked]
    exported, read = back(Format.AIKEN, asked)
    left = {f.path for f in exported.faults if not f.warning}
    kept = [p for p, q in zip(plain, asked, strict=True) if q.id not in left]
    assert [bare(q) for q in read.questions] == kept
    assert len(exported.faults) == len(asked)


@given(papers(T.MULTIPLE, T.NUMBER, T.ORDERING, T.SHORT))
def test_aiken_leaves_other_types_out_and_says_so(asked):
    exported = FORMATS[Format.AIKEN].write(asked)
    assert (exported.written, {f.code for f in exported.faults}) == (0, {"export-type"})


@settings(max_examples=10)
@given(papers())
def test_an_exported_file_is_recognised_by_its_content(asked):
    for form in (Format.EXCEL, Format.GIFT, Format.MOODLE, Format.QTI21):
        assert guess(FORMATS[form].write(asked).data, "upload.bin") is form


@settings(max_examples=10)
@given(texts)
def test_a_cell_that_begins_like_a_formula_stays_a_text(text):
    asked = Question("q-1", T.SHORT, EntryRef("", 0), f"={text}", key=f"+{text}", status=QuestionStatus.DRAFT)
    check(Format.EXCEL, [asked])


_pieces = st.sampled_from(
    ["{", "}", "=", "~", "#", "####", "%50%", "::", "//", "->", "\\\\", "\n", "\n\n", "T", "A. ", "B) ", "ANSWER: A", "<quiz>", "<question type='essay'>", "</quiz>", "&x;", "题", " ", "1", "题干,答案\n", '"', "PK\x03\x04"]
)  # fmt: skip


@given(st.lists(_pieces, max_size=30).map("".join), st.sampled_from([*Format, None]))
def test_whatever_a_file_holds_it_is_read_or_refused(text, form):
    try:
        read = read_questions(text.encode(), "x.txt", form)
    except ContentError:
        return
    assert all(f.text("zh") and f.text("en") for f in read.faults)


@given(st.binary(max_size=200), st.sampled_from([*Format, None]))
def test_bytes_of_any_kind_are_read_or_refused(data, form):
    with suppress(ContentError):
        read_questions(data, "x.bin", form)


def test_more_questions_than_anybody_can_look_through_are_refused():
    with pytest.raises(ContentError) as caught:
        read_questions(b"x{T}\n\n" * 5001, "x.txt", Format.GIFT)
    assert caught.value.code == "import-many"
