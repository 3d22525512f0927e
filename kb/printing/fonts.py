"""The Chinese font of printed matter: the one given, or one found on the system."""

import shutil
import struct
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.errors import NotFoundError, QueryError

# Simplified Chinese fonts where Debian, Fedora, Arch, macOS and Windows put them, the most legible first.
SYSTEM_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/source-han-sans/SourceHanSansSC-Regular.otf",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simhei.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)
_SUFFIXES = frozenset({".ttf", ".ttc", ".otf", ".otc"})
_BOLD = (("Regular", "Bold"), ("STHeiti Light", "STHeiti Medium"), ("msyh.", "msyhbd."))
_NEEDED = "营业厅资费有效期，。（）“”0123456789"


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file."""

    path: Path
    index: int = 0


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces to print with; `bold` None lets the regular one be thickened."""

    regular: Face
    bold: Face | None = None


def find_fonts(given: Path | None = None, places: Iterable[str] = SYSTEM_FONTS) -> Fonts:
    """The given font, or the first at the usual places, or what fontconfig names for Chinese.

    Raises NotFoundError (`file-missing`, `font-missing`) or, for a file that is no Chinese font, QueryError (`font-unusable`).
    """
    if given is not None:
        if not given.is_file():
            raise NotFoundError("file-missing", path=given)
        return _with_bold(read_face(given))
    for path in _found(places):
        try:
            return _with_bold(read_face(path))
        except QueryError:
            continue
    raise NotFoundError("font-missing")


def read_face(path: Path) -> Face:
    """The Simplified Chinese face of a file. Raises QueryError when there is none that has the characters needed."""
    # Imported here: only printing needs it.
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    if path.suffix.lower() not in _SUFFIXES:
        raise QueryError("font-unusable", path=path, reason="/".join(sorted(_SUFFIXES)))
    try:
        with path.open("rb") as file:
            if path.suffix.lower() in {".ttc", ".otc"}:
                fonts = TTCollection(file, lazy=True).fonts
                index = _simplified([_name(font) for font in fonts])
            else:
                fonts, index = [TTFont(file, lazy=True)], 0
            cmap = fonts[index].getBestCmap()
    except (TTLibError, OSError, struct.error, KeyError, ValueError, AssertionError) as error:
        raise QueryError("font-unusable", path=path, reason=str(error) or type(error).__name__) from None
    if lacking := [c for c in _NEEDED if ord(c) not in (cmap or {})]:
        raise QueryError("font-unusable", path=path, reason="".join(lacking))
    return Face(path, index)


def _name(font: object) -> str:
    names = font["name"]  # type: ignore[index]  # fontTools has no types for its tables
    return str(names.getDebugName(1) or "")


def _simplified(names: list[str]) -> int:
    """The place of the face for Simplified Chinese in a collection, else the first."""
    return next((at for at, name in enumerate(names) if name.endswith((" SC", " CN")) or " SC " in name), 0)


def _with_bold(regular: Face) -> Fonts:
    for plain, bold in _BOLD:
        path = regular.path.with_name(regular.path.name.replace(plain, bold))
        if path != regular.path and path.is_file():
            try:
                return Fonts(regular, read_face(path))
            except QueryError:
                continue
    return Fonts(regular)


def _found(places: Iterable[str]) -> Iterator[Path]:
    yield from (Path(place) for place in places if Path(place).is_file())
    if program := shutil.which("fc-match"):
        try:
            done = subprocess.run([program, "-f", "%{file}", ":lang=zh-cn"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return
        if done.stdout and Path(done.stdout).is_file():
            yield Path(done.stdout)
