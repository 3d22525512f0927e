from datetime import date

from kb.golden import CLASSES, Judgement, parse_golden
from tests.kb.reading import found

HEAD = "# as_of: 2026-11-22\nquery\tentry ids\tclass\n"


def test_a_golden_set_is_read_with_its_day():
    golden, faults = parse_golden(f"{HEAD}太贵\ta, b\tcolloquial\n\n# 说明\n天气\t\toff-topic\n", "dev.tsv")
    assert faults == []
    assert golden.as_of == date(2026, 11, 22)
    assert golden.judgements == (Judgement("太贵", ("a", "b"), "colloquial"), Judgement("天气", (), "off-topic"))


def test_a_golden_set_may_do_without_a_day():
    assert parse_golden("太贵\ta\tcolloquial\n", "dev.tsv")[0].as_of is None


def test_a_day_that_does_not_exist_is_a_fault():
    golden, faults = parse_golden("# as_of: 2026-02-30\n太贵\ta\tcolloquial\n", "dev.tsv")
    assert found(faults) == [(1, "bad-date")]
    assert (golden.as_of, len(golden.judgements)) == (None, 1)


def test_faulty_rows_are_reported_on_their_line_and_left_out():
    text = f"{HEAD}太贵\ta\tcolloquial\n太贵\ta\tcolloquial\n少列\ta\n错类\ta\tslang\n错号\ta,z\tcolloquial\n好\ta\ttypo\n"
    golden, faults = parse_golden(text, "dev.tsv", {"a"})
    assert found(faults) == [(4, "golden-twice"), (5, "golden-columns"), (6, "golden-class"), (7, "golden-entry")]
    assert [j.query for j in golden.judgements] == ["太贵", "好"]
    assert (faults[0].args["first"], faults[3].args["id"]) == (3, "z")


def test_without_known_ids_any_id_will_do():
    assert parse_golden("太贵\tz\tcolloquial\n", "dev.tsv")[1] == []


def test_every_documented_class_is_known():
    golden, faults = parse_golden("".join(f"q{i}\ta\t{name}\n" for i, name in enumerate(CLASSES)), "dev.tsv")
    assert faults == []
    assert tuple(j.kind for j in golden.judgements) == CLASSES
