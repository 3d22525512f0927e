"""What keeps the site from starting is said in one line; the servers themselves are not started here."""

import socket
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from kb.db import open_engine, open_sessions, upgrade
from kb.scripts import serve
from kb.scripts.demo import PASSWORD
from quiz.people.accounts import hashed
from tests.kb.scripts.conftest import Site


@pytest.fixture
def started(monkeypatch):
    """The ports on which a server would have been started."""
    ports = []
    monkeypatch.setattr(serve, "_serve_gunicorn", lambda settings: ports.append(settings.port))
    return ports


@pytest.fixture
def free_port(socket_enabled):
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def add_demo_admin(site: Site) -> None:
    """The demo's administrator, with the public password."""
    engine = open_engine(f"sqlite:///{site.database}")
    upgrade(engine)
    with open_sessions(engine).begin() as session:
        session.execute(text("INSERT INTO unit (id, code, kind, name) VALUES (1, 'SF', 'branch', '示例市分公司')"))
        session.execute(text("INSERT INTO employee (id, number, name, role, active) VALUES (1, 'SF000001', '演示管理员', 'admin', 1)"))
        session.execute(text("INSERT INTO membership (employee_id, unit_id, from_day) VALUES (1, 1, '2026-01-01')"))
        session.execute(
            text("INSERT INTO account (employee_id, password_hash, must_change, epoch, failures) VALUES (1, :secret, 0, 1, 0)"),
            {"secret": hashed(PASSWORD)},
        )
    engine.dispose()


def test_a_taken_port_is_said_with_the_way_to_another(tmp_path, started, socket_enabled):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = Site(tmp_path).run("serve", HALLWISE_PORT=str(port), HALLWISE_LANG="en")
    assert (done.code, done.out, started) == (1, "", [])
    assert done.err.startswith(f"error: port {port} of 127.0.0.1 is taken by another program")
    assert "HALLWISE_PORT=" in done.err


def test_a_free_port_is_served(tmp_path, started, free_port):
    done = Site(tmp_path).run("serve", HALLWISE_PORT=str(free_port))
    assert (done.code, done.err, started) == (0, "", [free_port])


def test_an_address_that_is_not_of_this_machine_is_a_clear_error(tmp_path, started, socket_enabled):
    done = Site(tmp_path).run("serve", HALLWISE_HOST="192.0.2.1", HALLWISE_ALLOWED_HOSTS="hall.example", HALLWISE_LANG="en")
    assert (done.code, started) == (1, [])
    assert done.err.startswith("error: cannot serve on 192.0.2.1:8000: ")


def test_other_machines_never_reach_a_site_with_the_demos_public_password(tmp_path, started, free_port):
    site = Site(tmp_path)
    add_demo_admin(site)
    elsewhere = {"HALLWISE_PORT": str(free_port), "HALLWISE_ALLOWED_HOSTS": "hall.example"}
    done = site.run("serve", **elsewhere)
    assert (done.code, done.out, started) == (1, "", [])
    assert "SF000001" in done.err
    assert site.run("serve", HALLWISE_PORT=str(free_port)).code == 0
    engine = create_engine(f"sqlite:///{site.database}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE account SET password_hash = 'of one''s own'"))
    engine.dispose()
    assert site.run("serve", **elsewhere).code == 0
    assert started == [free_port, free_port]


def test_the_demo_names_its_logins_again_as_long_as_their_password_works(tmp_path):
    site = Site(tmp_path)
    add_demo_admin(site)
    done = site.run("demo", "--if-empty")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [f"演示账号，密码都是 {PASSWORD}：", "  SF000001  管理员  演示管理员（示例市分公司）"]
    assert site.run("demo", "--if-empty", HALLWISE_LANG="en").out.splitlines()[1] == "  SF000001  admin  演示管理员（示例市分公司）"


def test_the_first_worker_that_is_ready_says_where_to_look(capsys):
    from kb.config import Settings

    ready = serve._options(Settings(port=8123, lang="en"))["post_worker_init"]
    for age in (1, 2):
        ready(type("Worker", (), {"age": age}))
    assert capsys.readouterr().out == "open http://127.0.0.1:8123/ in a browser (Ctrl-C stops)\n"
