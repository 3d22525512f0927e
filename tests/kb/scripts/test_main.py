import subprocess
import sys

import click
import pytest

from kb.scripts.__main__ import cli
from tests.kb.scripts.conftest import Site


def commands(group=cli, path=()):
    """Every sub-command's words, groups taken apart."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_sub_command_explains_itself(tmp_path, command):
    done = Site(tmp_path).run(*command, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"Usage: hallwise {' '.join(command)}" in done.out


@pytest.mark.parametrize(
    ("name", "value"),
    [("HALLWISE_PORT", "0"), ("HALLWISE_PORT", "http"), ("HALLWISE_LANG", "fr"), ("HALLWISE_CONTNET", "content"), ("HALLWISE_LOG_LEVEL", "loud")],
)
def test_a_bad_setting_stops_every_command_and_is_named(tmp_path, name, value):
    done = Site(tmp_path).run("check", **{name: value})
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert name in done.err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.com"])
def test_serving_to_other_machines_is_refused(tmp_path, host):
    for given in ({"args": ("--host", host), "environ": {}}, {"args": (), "environ": {"HALLWISE_HOST": host}}):
        done = Site(tmp_path).run("serve", *given["args"], **given["environ"])
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("error: ")
        assert host in done.err


def test_an_unknown_sub_command_exits_2(tmp_path):
    done = Site(tmp_path).run("serch")
    assert (done.code, done.out) == (2, "")


HEAVY = ("alembic", "altair", "fpdf", "openpyxl", "pypdf", "quiz", "scipy.optimize", "scipy.stats", "sqlalchemy", "torch", "vl_convert", "web")


def test_a_search_in_the_terminal_waits_for_nothing_that_it_does_not_need():
    script = "import sys; from kb.scripts.__main__ import cli; cli(['search', '--help'], standalone_mode=False); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "Usage:" in done.stdout
    assert set(HEAVY).isdisjoint(done.stderr.split())
