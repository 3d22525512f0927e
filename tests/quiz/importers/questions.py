"""Questions of every type for the laws of exchange."""

from hypothesis import strategies as st

from kb import EntryRef
from quiz.questions.amount import canonical
from quiz.questions.question import FALSE, TRUE, FactRef, Option, Question, QuestionStatus, QuestionType

T = QuestionType
_LETTERS = "流量套餐客户办理月费59ABx{}[]~=#:%\\\\<>&\"'，。？$/-*_|;"
_word = st.text(_LETTERS, min_size=1, max_size=8)
_line = st.lists(_word, min_size=1, max_size=4).map(" ".join)
texts = _line.filter(lambda text: canonical(text) != "")
blocks = st.lists(texts, min_size=1, max_size=3).map("\n".join)
ids = st.from_regex(r"\A[qgi]-[a-z0-9][a-z0-9-]{0,20}\Z")


def _distinct(low, high):
    return st.lists(texts, min_size=low, max_size=high, unique_by=canonical)


def _options(several):
    low, high = (3, 8) if several else (2, 6)

    def pick(found):
        count = len(found)
        rights = st.sets(st.integers(0, count - 1), min_size=2, max_size=count - 1) if several else st.integers(0, count - 1).map(lambda i: {i})
        return rights.map(lambda right: tuple(Option(text, i in right) for i, text in enumerate(found)))

    return _distinct(low, high).flatmap(pick)


def _answers(kind):
    if kind in {T.SINGLE, T.BEST_REPLY, T.MULTIPLE}:
        return st.fixed_dictionaries({"options": _options(kind is T.MULTIPLE)})
    if kind is T.ORDERING:
        return st.fixed_dictionaries({"steps": _distinct(3, 7).map(tuple)})
    keys = {T.TRUE_FALSE: st.sampled_from([TRUE, FALSE]), T.NUMBER: st.integers(1, 999).map("{}GB/月".format), T.SHORT: texts}
    return st.fixed_dictionaries({"key": keys[kind]})


def questions(*kinds: QuestionType):
    """A sound question of one of the types, of every type where none is named."""

    def build(kind):
        bound = st.fixed_dictionaries(
            {
                "id": ids, "stem": blocks, "explanation": blocks | st.just(""), "difficulty": st.integers(1, 5),
                "entry": st.sampled_from([EntryRef("tariff-59", 0), EntryRef("", 0)]),
                "facts": st.sampled_from([(), (FactRef("tariff-59", "fee"), FactRef("tariff-79", "data"))]),
            }
        )  # fmt: skip
        return st.tuples(bound, _answers(kind)).map(lambda pair: Question(type=kind, status=QuestionStatus.DRAFT, **pair[0], **pair[1]))

    return st.sampled_from(kinds or tuple(T)).flatmap(build)


def papers(*kinds: QuestionType):
    """Several questions with ids of their own."""
    return st.lists(questions(*kinds), min_size=1, max_size=4, unique_by=lambda q: q.id)
