import dataclasses
import re
from pathlib import Path

import pytest

from kb.config import PREFIX, Settings, is_loopback
from kb.errors import ConfigError

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
SAMPLES = {
    "content": "c", "index": "i", "database_url": "sqlite:///x.db", "model": "m", "lang": "en", "host": "::1", "port": "8080", "workers": "2",
    "threads": "3", "secret_key": "s" * 32, "guests": "on", "allowed_hosts": "a,b", "https": "on", "log_level": "debug",
}  # fmt: skip


def _table() -> dict[str, str]:
    rows = re.findall(r"^\| `(HALLWISE_\w+)` \|.*\| (.*?) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: default.strip("`") for name, default in rows}


def test_the_documented_settings_are_those_that_exist():
    assert list(_table()) == [PREFIX + field.name.upper() for field in dataclasses.fields(Settings)]


def test_the_documented_defaults_are_the_real_ones():
    real = {PREFIX + f.name.upper(): str(getattr(Settings(), f.name)) or "—" for f in dataclasses.fields(Settings)}
    assert _table() == real


def test_every_setting_can_be_set_from_the_environment():
    settings = Settings.from_env({PREFIX + name.upper(): value for name, value in SAMPLES.items()})
    assert {name: str(getattr(settings, name)) for name in SAMPLES} == SAMPLES
    assert set(SAMPLES) == {field.name for field in dataclasses.fields(Settings)}


def test_variables_of_others_and_empty_ones_are_left_alone():
    assert Settings.from_env({"PATH": "/bin", "HALLWISE_PORT": "", "hallwise_port": "1"}) == Settings()


def test_a_misspelt_setting_is_an_error():
    with pytest.raises(ConfigError) as caught:
        Settings.from_env({"HALLWISE_CONTNET": "x"})
    assert (caught.value.code, caught.value.args_) == ("unknown-setting", {"name": "HALLWISE_CONTNET"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "80.5"),
        ("PORT", "²"),
        ("WORKERS", "0"),
        ("THREADS", "many"),
        ("LANG", "fr"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_cannot_be_used_is_an_error_that_names_it(name, value):
    with pytest.raises(ConfigError) as caught:
        Settings.from_env({PREFIX + name: value})
    assert caught.value.code == "bad-setting"
    assert f"{PREFIX}{name}" in str(caught.value)
    assert value in str(caught.value)


def test_choices_do_not_depend_on_case():
    assert Settings.from_env({"HALLWISE_LANG": "EN", "HALLWISE_LOG_LEVEL": "Debug"}).log_level == "debug"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(host, local):
    assert is_loopback(host) is local


@pytest.mark.parametrize(
    ("guests", "host", "open_"), [("auto", "127.0.0.1", True), ("auto", "0.0.0.0", False), ("on", "0.0.0.0", True), ("off", "::1", False)]
)
def test_guests_may_read_where_nobody_else_reaches_the_site_or_where_it_is_said(guests, host, open_):
    assert Settings(guests=guests, host=host).open_to_guests is open_


def test_a_key_that_can_be_guessed_is_refused_and_not_shown():
    with pytest.raises(ConfigError) as caught:
        Settings.from_env({"HALLWISE_SECRET_KEY": "s3cret"})
    assert "s3cret" not in str(caught.value)
    assert "32" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "elsewhere"),
    [({}, False), ({"host": "::1"}, False), ({"host": "0.0.0.0"}, True), ({"allowed_hosts": "hall.example"}, True)],
)
def test_guests_are_let_in_by_default_only_where_no_other_machine_reaches_the_site(changes, elsewhere):
    settings = Settings(**changes)
    assert (settings.reached_from_elsewhere, settings.open_to_guests) == (elsewhere, not elsewhere)
    assert Settings(**changes, guests="on").open_to_guests
    assert not Settings(**changes, guests="off").open_to_guests
