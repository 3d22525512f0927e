import pytest

from kb.errors import ConflictError
from quiz.bank.state import Move, State, after, moves_from


def test_a_question_is_reviewed_before_it_is_released():
    assert after(after(State.DRAFT, Move.REVIEW), Move.RELEASE) is State.LIVE
    with pytest.raises(ConflictError) as caught:
        after(State.DRAFT, Move.RELEASE)
    assert caught.value.code == "question-state"
    assert "草稿" in caught.value.text("zh")


def test_a_stale_question_comes_back_only_by_being_reconfirmed():
    assert set(moves_from(State.STALE)) == {Move.RECONFIRM, Move.RETIRE}
    assert after(State.STALE, Move.RECONFIRM) is State.LIVE


def test_every_state_can_be_left_and_a_retired_question_starts_anew():
    assert all(moves_from(state) for state in State)
    assert after(State.RETIRED, Move.REVIVE) is State.DRAFT


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_what_is_offered_is_what_is_allowed(state, move):
    if move in moves_from(state):
        assert after(state, move) in State
    else:
        with pytest.raises(ConflictError):
            after(state, move)
