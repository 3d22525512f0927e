import numpy as np
import pytest

from kb.errors import ContentError
from quiz.files.spreadsheet import read_sheet
from quiz.statistics.responses import read_responses


def sheet(text):
    return read_sheet(text.encode(), "a.csv")


def read(text, key=None):
    return read_responses(sheet(text), "a.csv", sheet(key) if key else None, "key.csv")


def test_scores_frequencies_and_what_was_not_presented_are_read():
    found = read("q1,q2,Freq\n1,0.5,3\n,-,1\nNA,0,0\n")
    assert found.items == ("q1", "q2")
    assert np.array_equal(found.scores, [[1, 0.5], [np.nan, 0], [np.nan, 0]], equal_nan=True)
    assert found.frequencies == (3, 1, 0)
    assert (found.choices, found.left_out) == (None, ())


@pytest.mark.parametrize("header", ["quizattempt", "工号", "Student ID", "whoever"])
def test_a_column_of_people_is_no_item(header):
    found = read(f"{header},q1\n1,1\n2,0\n3,1\n")
    assert (found.items, found.left_out) == (("q1",), (header,))


@pytest.mark.parametrize("blank", ["", "NA", "nan", "NaN", "N/A", "."])
def test_what_programs_write_for_a_missing_value_is_not_presented(blank):
    found = read(f"q1,q2\n1,{blank}\n0,1\n")
    assert np.array_equal(found.scores, [[1, np.nan], [0, 1]], equal_nan=True)
    assert found.not_presented == 1


def test_letters_of_full_width_are_the_same_options():
    assert read("q1,q2\nＡ,B\nC,ａ\n", "q1,q2\nA,Ａ\n").choices == (("A", "B"), ("C", "A"))


def test_a_key_in_another_order_belongs_to_the_columns_it_names():
    assert read("q1,q2\nA,B\nA,C\n", "q2,q1\nB,A\n").keys == ("A", "B")


def test_options_are_scored_with_the_key():
    found = read("id,q1,q2\nx,a,B\ny,C,-\nz,,A\n", "id,q1,q2\n,A,B\n")
    assert found.choices == (("A", "B"), ("C", ""), (None, "A"))
    assert np.array_equal(found.scores, [[1, 1], [0, 0], [np.nan, 0]], equal_nan=True)
    assert (found.keys, found.left_out) == (("A", "B"), ("id",))
    assert (found.offered(0), found.offered(1)) == (("A", "B", "C"), ("A", "B"))


def test_letters_skipped_below_the_highest_were_offered():
    found = read("q1,q2,q3\nA,1,有\nD,3,无\n", "q1,q2,q3\nA,1,有\n")
    assert [found.offered(j) for j in range(3)] == [("A", "B", "C", "D"), ("1", "2", "3"), ("无", "有")]


def test_a_first_column_without_an_answer_in_the_key_identifies_people():
    assert read("who,q1\nA,A\nA,B\n", "who,q1\n,A\n").items == ("q1",)
    assert read("who,q1\nA,A\nA,B\n", "q1\nA\n").items == ("q1",)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("q1,q2\n1,0\n1,B\n", "matrix-cell", {"row": 3, "column": "q2", "value": "B"}),
        ("q1,q2\n1,0\n\n1,1.5\n", "matrix-cell", {"row": 4, "column": "q2", "value": "1.5"}),
        ("q1,q2\n1,inf\n", "matrix-cell", {"row": 2, "column": "q2", "value": "inf"}),
        ("q1,Freq\n1,2\n1,x\n", "matrix-freq", {"row": 3, "column": "Freq", "value": "x"}),
        ("q1,Freq\n1,1.5\n", "matrix-freq", {"row": 2, "value": "1.5"}),
        ("q1,Freq\n1,-1\n", "matrix-freq", {"row": 2, "value": "-1"}),
        ("q1,q1\n1,2\n", "matrix-twice", {"row": 1, "column": "q1"}),
        ("q1\n1,\n1,0\n", "matrix-heading", {"row": 1, "number": 2, "below": 3}),
        ("Freq,q1,freq\n1,1,2\n", "matrix-twice", {"row": 1, "column": "freq"}),
        ("q1,q2\n1,0_1\n", "matrix-cell", {"row": 2, "column": "q2", "value": "0_1"}),
        ("q1,q2\n", "matrix-rows", {"file": "a.csv"}),
        ("id,Freq\n1,1\n", "matrix-items", {}),
        ("", "file-empty", {}),
    ],
)
def test_what_cannot_be_read_is_named_with_row_and_column(text, code, where):
    with pytest.raises(ContentError) as caught:
        read(text)
    assert caught.value.code == code
    assert {name: caught.value.args_[name] for name in where} == where


@pytest.mark.parametrize(
    ("key", "code", "where"),
    [
        ("q1,q2\nA,B\nA,B\n", "key-rows", {"count": 2}),
        ("q1,q2\n", "key-rows", {"count": 0}),
        ("q1\nA\n", "key-column", {"column": "q2"}),
        ("q1,q2,q3\nA,B,C\n", "key-column", {"column": "q3"}),
        ("q1,q2\nA,\n", "key-cell", {"row": 2, "column": "q2"}),
    ],
)
def test_a_key_that_does_not_fit_is_refused(key, code, where):
    with pytest.raises(ContentError) as caught:
        read("q1,q2\nA,B\nB,B\n", key)
    assert caught.value.code == code
    assert {name: caught.value.args_[name] for name in where} == where
