"""Files that people bring, kept between the request that shows what they would do and the one that does it.

A file lies for a day in the folder `uploads` beside the index, under a random name that begins with the key of whoever brought it: nobody else
can reach it. Several worker processes on one machine share the folder; on several machines the folder has to be a shared one.
"""

import json
import os
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app, request
from werkzeug.datastructures import FileStorage

from kb.errors import NotFoundError, QueryError, StorageError
from web.identity import me

LARGEST = 20 * 2**20
LARGE_FORMS = frozenset({"people.upload", "trainer.upload_questions", "authoring.upload"})  # the endpoints that take a file
LONG_FORMS = frozenset({"authoring.save", "authoring.checked", "authoring.similar", "authoring.preview"})  # those that take a whole entry
LONGEST_TEXT = 4 * 2**20  # a draft of 1 MB, the form around it, and room to say by how much it is too long
_KEPT_SECONDS = 24 * 3600
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was brought."""

    filename: str
    data: bytes


def register(app: Flask) -> None:
    """Let the endpoints that take a file have a larger body than every other."""
    app.before_request(widen)


def widen() -> None:
    """The limit of this request's body."""
    if request.endpoint in LARGE_FORMS:
        request.max_content_length = LARGEST + 64 * 1024  # the file, and the form around it
        request.max_form_memory_size = 2**20  # the parser reads 64 kB at a time and counts them here, also those of a file
    elif request.endpoint in LONG_FORMS:
        request.max_content_length = request.max_form_memory_size = LONGEST_TEXT


def brought(file: FileStorage | None) -> Upload:
    """The file of a form. Raises QueryError when none was chosen."""
    if file is None or not file.filename:
        raise QueryError("upload-none")
    return Upload(file.filename.replace("\\", "/").rpartition("/")[2][:120], file.read())


def keep(upload: Upload) -> str:
    """Keep a file for a day; returns what `kept` finds it by. Raises StorageError."""
    token = secrets.token_hex(16)
    path = _path(token)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(path.parent)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(json.dumps(upload.filename).encode() + b"\n" + upload.data)
    except OSError as error:
        raise StorageError("disk", path=path.parent, reason=error.strerror or str(error)) from error
    return token


def kept(token: str) -> Upload:
    """A file that the one who asks has brought. Raises NotFoundError when it is gone, or somebody else's."""
    if not _TOKEN.fullmatch(token):
        raise NotFoundError("upload-missing")
    try:
        name, _, data = _path(token).read_bytes().partition(b"\n")
    except OSError:
        raise NotFoundError("upload-missing") from None
    return Upload(str(json.loads(name)), data)


def forget(token: str) -> None:
    """Throw a file away."""
    with suppress(OSError):
        _path(token).unlink()


def _path(token: str) -> Path:
    folder: Path = current_app.config["UPLOADS"]
    return folder / f"{me().id}-{token}"


def _sweep(folder: Path) -> None:
    """Throw away what is older than a day."""
    limit = time.time() - _KEPT_SECONDS
    for path in folder.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < limit:
                path.unlink()
