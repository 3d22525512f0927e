import subprocess
import sys

import click
import pytest

from kb.scripts.__main__ import cli
from kb.scripts.lazy import LazyGroup
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


HEAVY = {
    "altair",
    "docx",
    "fontTools",
    "fpdf",
    "openpyxl",
    "pypdf",
    "scipy.optimize",
    "scipy.stats",
    "sentence_transformers",
    "torch",
    "uharfbuzz",
    "vl_convert",
}


def imported(script):
    """What a fresh interpreter has imported after a script."""
    done = subprocess.run([sys.executable, "-c", f"import sys; {script}; print(*sys.modules)"], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_search_in_the_terminal_waits_for_nothing_that_it_does_not_need():
    found = imported("import kb.scripts.__main__, kb.scripts.search")
    assert "kb.search" in found
    assert found & (HEAVY | {"alembic", "flask", "quiz", "sqlalchemy", "web", "xlsxwriter"}) == set()


def test_the_site_starts_without_what_only_files_charts_and_fitting_need():
    found = imported("import web")
    assert "web.authoring.collecting" in found
    assert found & (HEAVY | {"xlsxwriter"}) == set()


def test_libraries_say_nothing_while_a_command_is_imported():
    done = subprocess.run([sys.executable, "-m", "kb.scripts", "bench", "search", "--help"], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_a_group_imports_a_command_at_its_call_and_knows_no_other():
    group = LazyGroup("tools", places=("lazy:LazyGroup",))
    context = click.Context(group)
    assert group.list_commands(context) == ["LazyGroup"]
    assert group.get_command(context, "LazyGroup") is LazyGroup
    assert group.get_command(context, "os") is None
