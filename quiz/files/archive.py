"""Zip files from outside, opened only when they stay within bounds. PURE."""

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass

from kb.errors import ContentError

LARGEST_FILE = 20 * 2**20
LARGEST_UNPACKED = 400 * 2**20
MOST_MEMBERS = 5_000
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, KeyError, RuntimeError, NotImplementedError, OSError, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class Archive:
    """The members of a zip file that has been weighed: names, and their bytes on demand."""

    names: tuple[str, ...]
    _file: zipfile.ZipFile
    _limit: int

    def read(self, name: str) -> bytes:
        """The bytes of a member. Raises ContentError when it is damaged, encrypted, or larger unpacked than it says."""
        try:
            with self._file.open(name) as member:
                parts, size = list[bytes](), 0
                while part := member.read(_CHUNK):
                    size += len(part)
                    if size > self._limit:
                        raise ContentError("file-too-large", limit=self._limit >> 20)
                    parts.append(part)
                return b"".join(parts)
        except _BROKEN as error:
            raise ContentError("zip-damaged", reason=str(error)) from error


def open_archive(data: bytes, limit: int = LARGEST_UNPACKED) -> Archive:
    """A zip file by its directory. Raises ContentError for no zip file, too many members, or more than `limit` bytes unpacked."""
    try:
        file = zipfile.ZipFile(io.BytesIO(data))  # over bytes in memory: nothing has to be closed
        members = file.infolist()
    except _BROKEN as error:
        raise ContentError("zip-damaged", reason=str(error)) from error
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > limit:
        raise ContentError("file-too-large", limit=limit >> 20)
    return Archive(tuple(m.filename for m in members), file, limit)


def weigh(data: bytes, limit: int = LARGEST_FILE) -> bytes:
    """The bytes of a file as they are. Raises ContentError when they are none, or too many."""
    if not data:
        raise ContentError("file-empty")
    if len(data) > limit:
        raise ContentError("file-too-large", limit=limit >> 20)
    return data
