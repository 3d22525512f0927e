"""The life of a question in the bank: draft → reviewed → live → stale → retired. PURE."""

from enum import StrEnum

from kb.errors import ConflictError


class State(StrEnum):
    """Where a question stands; only live ones are drawn."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    LIVE = "live"
    STALE = "stale"
    RETIRED = "retired"


class Source(StrEnum):
    """Where a question comes from, and so what it follows: the content, or facts; imported and edited ones change here alone."""

    CONTENT = "content"
    GENERATED = "generated"
    IMPORTED = "imported"
    EDITED = "edited"


class Move(StrEnum):
    """What a trainer does with a question."""

    REVIEW = "review"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    RECONFIRM = "reconfirm"
    RETIRE = "retire"
    REVIVE = "revive"


_NAMES = {State.DRAFT: "草稿", State.REVIEWED: "已审", State.LIVE: "在用", State.STALE: "待复核", State.RETIRED: "停用"}
_MOVES: dict[Move, tuple[frozenset[State], State]] = {
    Move.REVIEW: (frozenset({State.DRAFT}), State.REVIEWED),
    Move.RELEASE: (frozenset({State.REVIEWED}), State.LIVE),
    Move.WITHDRAW: (frozenset({State.REVIEWED, State.LIVE}), State.DRAFT),
    Move.RECONFIRM: (frozenset({State.STALE}), State.LIVE),
    Move.RETIRE: (frozenset({State.DRAFT, State.REVIEWED, State.LIVE, State.STALE}), State.RETIRED),
    Move.REVIVE: (frozenset({State.RETIRED}), State.DRAFT),
}
SOUND_ONLY = frozenset({Move.REVIEW, Move.RELEASE, Move.RECONFIRM})
CAN_GROW_STALE = frozenset({State.REVIEWED, State.LIVE})


def after(state: State, move: Move) -> State:
    """The state that a move leads to. Raises ConflictError when it is not allowed from there."""
    allowed, target = _MOVES[move]
    if state not in allowed:
        raise ConflictError("question-state", state=_NAMES[state], state_en=state.value)
    return target


def moves_from(state: State) -> tuple[Move, ...]:
    """What a trainer may do with a question in a state."""
    return tuple(move for move, (allowed, _) in _MOVES.items() if state in allowed)
