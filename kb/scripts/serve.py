"""`hallwise serve`: a production server."""

import errno
import gc
import os
import socket
import sys
from contextlib import closing
from dataclasses import replace
from typing import Any

import click

from kb.config import Settings, is_loopback
from kb.db import make_ready, reading
from kb.errors import AppError, ConfigError
from kb.scripts.demo import open_logins
from kb.scripts.options import open_database, say

_APP_LOAD_ERROR = 4  # the exit status by which gunicorn's master knows that another worker would fare no better


@click.command()
@click.option("--host", help="Address to bind to [HALLWISE_HOST].")
@click.option("--port", type=click.IntRange(1, 65535), help="Port [HALLWISE_PORT].")
@click.option("--workers", type=click.IntRange(1, 64), help="Worker processes [HALLWISE_WORKERS].")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the site with gunicorn, or with waitress where gunicorn cannot run."""
    settings = replace(settings, host=host or settings.host, port=port or settings.port, workers=workers or settings.workers)
    if not is_loopback(settings.host) and not settings.allowed_hosts:
        raise ConfigError("hosts-unnamed", host=settings.host)
    _look_at_port(settings)
    if settings.reached_from_elsewhere:
        _refuse_demo(settings)
    say(settings, "serve-steps")
    if os.name == "nt":
        _serve_waitress(settings)
    else:
        _serve_gunicorn(settings)


def _refuse_demo(settings: Settings) -> None:
    """The demo's password is public: nobody else may reach a site where it opens a door. Raises ConfigError."""
    with open_database(settings) as engine:
        make_ready(engine)
        with reading(engine) as session:
            open_doors = [login.number for login in open_logins(session)]
    if open_doors:
        raise ConfigError("demo-served", numbers=", ".join(open_doors))


def _look_at_port(settings: Settings) -> None:
    """Say at once, in one line, that a port is taken. Raises ConfigError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, protocol)) as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what the last site left waiting is no other program
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = settings.port + 1 if settings.port < 65535 else settings.port - 1
            raise ConfigError("port-taken", host=settings.host, port=settings.port, other=other) from error
        raise ConfigError("address-unusable", host=settings.host, port=settings.port, reason=error.strerror or str(error)) from error


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}/"


def _application(settings: Settings) -> Any:
    # The one place where the knowledge base's package looks up: the command wires the site.
    from web import create_app

    application = create_app(settings)
    settle()
    return application


def settle() -> None:
    """Spare the garbage collector what is there for good: looking through it all took a page in twenty 150 ms longer."""
    gc.collect()
    gc.freeze()


def _serve_waitress(settings: Settings) -> None:
    # Imported here: only one of the two servers is installed everywhere.
    import waitress

    application = _application(settings)
    say(settings, "serve-ready", address=_address(settings))
    waitress.serve(application, host=settings.host, port=settings.port, threads=settings.threads)


def _serve_gunicorn(settings: Settings) -> None:
    # Imported here: gunicorn does not import on Windows.
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        """Gunicorn with our settings and no configuration file."""

        def load_config(self) -> None:
            """Hand over the settings."""
            for name, value in _options(settings).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, once a worker; what keeps it from starting is said in one line."""
            try:
                return _application(settings)
            except AppError as error:
                click.echo(f"error: {error.text(settings.lang)}", err=True)
                sys.exit(_APP_LOAD_ERROR)

    Server().run()


def _options(settings: Settings) -> dict[str, Any]:
    def ready(worker: Any) -> None:
        if worker.age == 1:  # the first of them
            say(settings, "serve-ready", address=_address(settings))

    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": "gthread",
        # Its own lines of starting and stopping say nothing that ours do not.
        "loglevel": "warning" if settings.log_level == "info" else settings.log_level,
        "graceful_timeout": 30,
        "timeout": 120,
        "control_socket_disable": True,
        "limit_request_line": 0,  # a long query gets the page's own message
        "post_worker_init": ready,
        "on_exit": lambda _server: say(settings, "serve-stopped"),
    }
