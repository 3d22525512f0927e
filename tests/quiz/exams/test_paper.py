import dataclasses
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import QueryError
from quiz.exams.clicks import MOST_AT_ONCE, changes, read_batch
from quiz.exams.paper import Item, Slot, ask, draw, form_for, layout_from_json, layout_to_json, to_canonical, to_shown
from quiz.exams.sheet import EventKind
from quiz.questions.grading import credit, key_of, tidied, valid_response
from quiz.questions.question import QuestionType
from tests.quiz.examining import CLOSED, EVERY, make_question, wrong_of

ITEMS = tuple(Item(position, 100 + position, 5.0, question) for position, question in enumerate(EVERY, 1))
NUMBERS = st.from_regex(r"\AAL[0-9]{6}\Z")


class FakePlaces:
    """A paper of all types of questions, drawn for one employee."""

    def __init__(self, number="AL000001"):
        self.layout = draw(1, number, ITEMS)

    def at(self, place):
        if not 1 <= place <= len(self.layout):
            raise LookupError(place)
        slot = self.layout[place - 1]
        return ITEMS[slot.position - 1], slot

    def place(self, kind):
        return next(n for n in range(1, len(self.layout) + 1) if self.at(n)[0].question.type is kind)


@given(st.integers(0, 2**31), NUMBERS)
def test_everybody_gets_every_question_once_in_an_order_of_their_own(seed, number):
    layout = draw(seed, number, ITEMS)
    assert layout == draw(seed, number, ITEMS)
    assert sorted(slot.position for slot in layout) == [item.position for item in ITEMS]
    for slot in layout:
        question = ITEMS[slot.position - 1].question
        assert sorted(slot.order) == list(range(len(question.options or question.steps)))
        if question.type is QuestionType.ORDERING:
            assert slot.order != tuple(range(len(question.steps)))
    assert layout_from_json(json.loads(json.dumps(layout_to_json(layout)))) == layout


@given(NUMBERS, st.sampled_from(ITEMS), st.data())
def test_what_is_shown_and_what_is_kept_are_two_views_of_one_response(number, item, data):
    slot = next(s for s in draw(5, number, ITEMS) if s.position == item.position)
    response = data.draw(st.sampled_from([key_of(item.question), wrong_of(item.question), None]))
    shown = to_shown(item.question, slot.order, response)
    assert valid_response(item.question, shown)
    assert to_canonical(item.question, slot.order, shown) == tidied(item.question, response)


@pytest.mark.parametrize("question", CLOSED, ids=lambda q: q.type)
def test_the_key_is_found_by_what_the_lines_say(question):
    item = Item(1, 1, 5.0, question)
    [slot] = draw(3, "AL000001", [item])
    lines = ask(1, item, slot).lines
    right = set(question.right)
    if question.type in {QuestionType.SINGLE, QuestionType.BEST_REPLY}:
        shown = next(i for i, text in enumerate(lines) if text in right)
    elif question.type is QuestionType.MULTIPLE:
        shown = [i for i, text in enumerate(lines) if text in right]
    elif question.type is QuestionType.ORDERING:
        shown = [lines.index(step) for step in question.steps]
    else:
        shown = key_of(question)
    assert credit(question, to_canonical(question, slot.order, shown)) == 1.0


@pytest.mark.parametrize("question", EVERY, ids=lambda q: q.type)
def test_what_is_sent_holds_neither_key_nor_explanation_nor_difficulty(question):
    item = Item(1, 1, 5.0, question)
    sent = dataclasses.asdict(ask(1, item, Slot(1, tuple(range(len(question.options or question.steps))))))
    assert set(sent) == {"n", "type", "stem", "lines", "points"}
    text = json.dumps(sent, ensure_ascii=False)
    assert question.explanation not in text
    assert not question.key or question.key not in text


def test_where_a_right_option_stands_says_nothing():
    single = Item(1, 1, 5.0, make_question(QuestionType.SINGLE))
    places = Counter(draw(9, f"AL{n:06}", [single])[0].order.index(2) for n in range(2000))
    assert all(400 < places[place] < 600 for place in range(4))


def test_forms_are_dealt_evenly_and_the_same_each_time():
    dealt = Counter(form_for(9, f"AL{n:06}", 4) for n in range(2000))
    assert all(400 < dealt[form] < 600 for form in range(4))
    assert form_for(9, "AL000001", 4) == form_for(9, "AL000001", 4)
    assert form_for(9, "AL000001", 1) == 0


def test_clicks_are_read_into_canonical_terms():
    paper = FakePlaces()
    n = paper.place(QuestionType.SINGLE)
    item, slot = paper.at(n)
    batch = read_batch(paper, [{"device": "desk", "seq": 1, "kind": "answer", "n": n, "value": slot.order.index(2)}])
    [event] = batch.events
    assert (event.position, event.value, event.kind) == (item.position, 2, EventKind.ANSWER)
    assert credit(item.question, event.value) == 1.0


def test_bad_clicks_are_refused_one_by_one_and_the_good_ones_taken():
    paper = FakePlaces()
    told = [
        {"device": "desk", "seq": 1, "kind": "answer", "n": 99, "value": 0},
        {"device": "desk", "seq": 2, "kind": "answer", "n": paper.place(QuestionType.SINGLE), "value": "甲"},
        {"device": "desk", "seq": 3, "kind": "flag", "n": 1, "value": True},
        {"device": "desk", "seq": 4, "kind": "cheat", "n": 1, "value": True},
        {"device": "desk", "seq": 5, "kind": "answer", "n": True, "value": True},
        {"device": "desk", "seq": 6, "kind": "left"},
    ]
    batch = read_batch(paper, told)
    assert [e.seq for e in batch.events] == [3, 6]
    assert [(r.seq, r.error.code) for r in batch.refused] == [
        (1, "click-no-question"),
        (2, "click-wrong-form"),
        (4, "click-unknown"),
        (5, "click-unknown"),
    ]


@pytest.mark.parametrize(
    "told",
    [None, {}, "x", [1], [{"seq": 1}], [{"device": "DESK!", "seq": 1}], [{"device": "desk", "seq": 0}], [{"device": "desk", "seq": True}],
     [{"device": "desk", "seq": 1.5}], [{"device": "desk", "seq": 10**10}], [{"device": "desk", "seq": 1}] * (MOST_AT_ONCE + 1)],
)  # fmt: skip
def test_a_message_that_cannot_be_acknowledged_is_refused_whole(told):
    with pytest.raises(QueryError) as caught:
        read_batch(FakePlaces(), told)
    assert caught.value.code == "clicks-malformed"


def test_a_form_without_a_script_goes_on_from_the_greatest_number():
    batch = changes(FakePlaces(), "form-1", 41, [(1, EventKind.FLAG, True), (2, EventKind.FLAG, False)])
    assert [e.seq for e in batch.events] == [42, 43]
