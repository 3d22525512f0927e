import json

import numpy as np
from click.testing import CliRunner

from kb.config import Settings
from kb.scripts.__main__ import cli
from kb.scripts.bench_compare import GAPS, RULES, SPREADS, Branch, draw, simulate


def test_the_same_seed_simulates_the_same_branches():
    first, second = (draw(Branch(weak=2, gap=0.1), np.random.default_rng(5)) for _ in range(2))
    assert first == second
    assert [len(own) for own in first[0].values()][2:] != [len(own) for own in draw(Branch(), np.random.default_rng(6))[0].values()][2:]
    assert all(3 <= len(own) <= 15 for own in first[0].values())


def test_the_naive_rule_cries_wolf_and_the_chosen_one_does_not():
    found = simulate(15, 1)
    assert found["false"][RULES[0]]["halls"] > 0.15
    assert found["false"][RULES[-1]]["halls"] <= 0.01
    assert found["ranking"]["of_the_last_five"] > 1.5 * found["ranking"]["of_all"]
    assert [row["gap"] for row in found["power"]] == list(GAPS)
    assert found["power"][-1]["rules"][RULES[-1]]["found"] > 0.85
    assert [row["between"] for row in found["shrinking"]] == list(SPREADS)
    assert all(row["rmse"] < row["raw_rmse"] for row in found["shrinking"])


def test_the_command_prints_tables_or_json():
    arguments = ["bench", "compare", "--branches", "2"]
    shown = CliRunner().invoke(cli, arguments, obj=Settings(), catch_exceptions=False).stdout
    assert all(rule in shown for rule in RULES)
    assert json.loads(CliRunner().invoke(cli, [*arguments, "--json"], obj=Settings(), catch_exceptions=False).stdout)["branches"] == 2
