"""The Chinese font of printed matter: the one given, or one found on the system."""

import shutil
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


class Glyphs:
    """What a face has of which characters. The file is not read but looked into, so that tens of thousands of glyphs cost nothing."""

    def __init__(self, face: Face) -> None:
        # Imported here: only printing needs it.
        import uharfbuzz as hb

        self._hb = hb
        self._face = hb.Face(hb.Blob.from_file_path(face.path), face.index)
        self._font = hb.Font(self._face)

    def __contains__(self, char: str) -> bool:
        return self._font.get_nominal_glyph(ord(char)) is not None

    def width(self, char: str) -> float:
        """The width of a character in ems; of one that is not there, that of the box in its place."""
        width = self._font.get_glyph_h_advance(self._font.get_nominal_glyph(ord(char)) or 0)
        return float(width / self._face.upem)

    def only(self, chars: Iterable[str]) -> bytes:
        """The same font as a file of its own that holds these characters alone, the same for the same characters."""
        hb = self._hb
        wanted = hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NAME_LEGACY | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        wanted.unicode_set.update(map(ord, chars))
        wanted.name_lang_id_set.invert()
        return bytes(hb.subset(self._face, wanted).blob.data)


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
    if path.suffix.lower() not in _SUFFIXES:
        raise QueryError("font-unusable", path=path, reason="/".join(sorted(_SUFFIXES)))
    face = Face(path, _simplified(_names(path)))
    if lacking := [c for c in _NEEDED if c not in Glyphs(face)]:
        raise QueryError("font-unusable", path=path, reason="".join(lacking))
    return face


def _names(path: Path) -> list[str]:
    """The family of each face of a file; nothing of a file that is no font. Raises QueryError for one that cannot be read."""
    # Imported here: only printing needs it.
    import uharfbuzz as hb

    try:
        file = hb.Blob.from_file_path(path)
    except hb.HarfBuzzError as error:
        raise QueryError("font-unusable", path=path, reason=str(error)) from None
    return [hb.Face(file, at).get_name(hb.OTNameIdPredefined.FONT_FAMILY) or "" for at in range(hb.Face(file).count)]


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
