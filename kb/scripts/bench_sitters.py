"""Virtual people who sit an exam over HTTP: they start, answer question by question, hand in, and remember what was acknowledged."""

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

_ATTEMPT = re.compile(r'data-attempt="(\d+)"')
_RETRIES = 600  # half a second apart: as long as the time for the exam lasts, a browser does not give up
_TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who somebody is: the cookie of a signed-in session and its form token."""

    number: str
    cookie: str
    token: str


@dataclass(slots=True)
class Sitting:
    """What one person did and was told: acknowledged (device, number) → (place, shown value), the last of each place, the receipt."""

    ticket: Ticket
    attempt: int = 0
    acknowledged: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    receipt: str = ""
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast people are: seconds of thought before each page, the seconds within which all begin, and whether lost connections are tried again."""

    think: tuple[float, float]
    starts_within: float
    questions: int = 16
    per_page: int = 2
    persistent: bool = False  # whether failures are retried, as a browser does


class Line:
    """One person's connection: HTTP/1.1 kept alive, opened anew when the server closed it."""

    def __init__(self, host: str, port: int, ticket: Ticket) -> None:
        self._host, self._port, self._ticket = host, port, ticket
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """The status and body of one request. Raises OSError or EOFError when the connection fails."""
        fresh = self._streams is None
        try:
            async with asyncio.timeout(_TIMEOUT):
                return await self._ask(method, path, form)
        except (OSError, EOFError):
            self.close()
            if fresh:
                raise
            async with asyncio.timeout(_TIMEOUT):  # the server had closed an idle connection
                return await self._ask(method, path, form)

    async def _ask(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, str]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        body = urlencode(form or {}).encode() if method == "POST" else b""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nCookie: hallwise={self._ticket.cookie}\r\n"
            f"X-CSRFToken: {self._ticket.token}\r\nX-Requested-With: fetch\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        status = int((await reader.readuntil(b"\r\n")).split()[1])
        length, closing = 0, False
        while (row := (await reader.readuntil(b"\r\n")).strip().lower()) != b"":
            if row.startswith(b"content-length:"):
                length = int(row.split(b":")[1])
            closing |= row == b"connection: close"
        text = (await reader.readexactly(length)).decode()
        if closing:
            self.close()
        return status, text

    def close(self) -> None:
        """Close the connection; the next request opens one."""
        if self._streams:
            self._streams[1].close()
        self._streams = None


class Crowd:
    """Many people at one exam, and how long the server took, in milliseconds by kind of request."""

    def __init__(self, host: str, port: int, exam_id: int, pace: Pace, seed: int = 0) -> None:
        self.host, self.port, self.exam_id, self.pace = host, port, exam_id, pace
        self.times: dict[str, list[float]] = defaultdict(list)
        self.retries = 0
        self._random = random.Random(seed)  # noqa: S311 (a simulation, not a secret)

    def run(self, tickets: list[Ticket], progress: Callable[[int, int], None]) -> list[Sitting]:
        """Let everybody sit the exam to its end."""
        return asyncio.run(self._run(tickets, progress))

    async def _run(self, tickets: list[Ticket], progress: Callable[[int, int], None]) -> list[Sitting]:
        done = 0

        async def one(ticket: Ticket) -> Sitting:
            nonlocal done
            sitting = await self._sit(ticket)
            done += 1
            progress(done, len(tickets))
            return sitting

        return await asyncio.gather(*(one(ticket) for ticket in tickets))

    async def _sit(self, ticket: Ticket) -> Sitting:
        sitting, line = Sitting(ticket), Line(self.host, self.port, ticket)
        await asyncio.sleep(self._random.uniform(0, self.pace.starts_within))
        try:
            await self._timed(line, "start", "POST", f"/exams/{self.exam_id}/start", {}, (200, 303))
            page = await self._timed(line, "paper", "GET", f"/exams/{self.exam_id}/paper", None, (200,))
            sitting.attempt = _attempt_on(page)
            await self._answer(line, sitting)
            form = {"attempt": str(sitting.attempt), "batch": "[]"}
            sitting.receipt = json.loads(await self._timed(line, "submit", "POST", f"/exams/{self.exam_id}/submit", form, (200,)))["receipt"]
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            sitting.errors.append(f"{type(error).__name__}: {error}"[:200])
        finally:
            line.close()
        return sitting

    async def _answer(self, line: Line, sitting: Sitting) -> None:
        device, seq = f"v{self._random.randrange(16**10):010x}", 0
        for first in range(1, self.pace.questions + 1, self.pace.per_page):
            for place in range(first, min(first + self.pace.per_page, self.pace.questions + 1)):
                await asyncio.sleep(self._random.uniform(*self.pace.think) / self.pace.per_page)
                seq, value = seq + 1, self._random.randrange(4)
                click = {"device": device, "seq": seq, "kind": "answer", "n": place, "value": value}
                form = {"attempt": str(sitting.attempt), "batch": json.dumps([click])}
                told = json.loads(await self._timed(line, "save", "POST", f"/exams/{self.exam_id}/events", form, (200,)))
                if told["refused"]:
                    raise ValueError(told["refused"])
                sitting.acknowledged[device, seq] = (place, value)

    async def _timed(self, line: Line, kind: str, method: str, path: str, form: dict[str, str] | None, fine: tuple[int, ...]) -> str:
        for left in range(_RETRIES if self.pace.persistent else 0, -1, -1):
            began = time.perf_counter()
            try:
                status, text = await line.ask(method, path, form)
            except (OSError, EOFError, TimeoutError):
                if not left:
                    raise
            else:
                self.times[kind].append((time.perf_counter() - began) * 1000)
                if status in fine:
                    return text
                if not left or status < 500:
                    raise ValueError(f"{kind}: {status} {text[:120]}")
            self.retries += 1
            await asyncio.sleep(self._random.uniform(0.2, 1.0))
        raise AssertionError


def _attempt_on(page: str) -> int:
    found = _ATTEMPT.search(page)
    if found is None:
        raise ValueError("the page holds no paper")
    return int(found[1])


def percentiles(values: list[float]) -> dict[str, Any]:
    """Count, p50, p95, p99 and the longest, in the unit of the values."""
    ordered = sorted(values)
    at = {name: round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    return {"n": len(ordered), **at, "max": round(ordered[-1], 1)}
