"""`hallwise serve`: a production server."""

import os
from dataclasses import replace
from typing import Any

import click

from kb.config import Settings, is_loopback
from kb.errors import ConfigError


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
    click.echo(f"http://{settings.host}:{settings.port}/")
    if os.name == "nt":
        _serve_waitress(settings)
    else:
        _serve_gunicorn(settings)


def _application(settings: Settings) -> Any:
    # The one place where the knowledge base's package looks up: the command wires the site.
    from web import create_app

    return create_app(settings)


def _serve_waitress(settings: Settings) -> None:
    # Imported here: only one of the two servers is installed everywhere.
    import waitress

    waitress.serve(_application(settings), host=settings.host, port=settings.port, threads=settings.threads)


def _serve_gunicorn(settings: Settings) -> None:
    # Imported here: gunicorn does not import on Windows.
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        """Gunicorn with our settings and no configuration file."""

        def load_config(self) -> None:
            """Hand over the settings."""
            options = {
                "bind": f"{settings.host}:{settings.port}",
                "workers": settings.workers,
                "threads": settings.threads,
                "worker_class": "gthread",
                "loglevel": settings.log_level,
                "graceful_timeout": 30,
                "timeout": 120,
                "control_socket_disable": True,
                "limit_request_line": 0,  # a long query gets the page's own message
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, once a worker."""
            return _application(settings)

    Server().run()
