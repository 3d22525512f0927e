"""XML from outside: parsed without entities, and its texts as lines. PURE."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import defusedxml.ElementTree as Safe
from defusedxml import DefusedXmlException

from kb.errors import ContentError

_BLOCKS = frozenset({"p", "div", "li", "br", "blockquote", "h1", "h2", "h3", "h4", "ul", "ol", "tr", "table"})
DEEPEST = 200


def parse_xml(data: bytes, filename: str) -> ET.Element:
    """The root of a document. Raises ContentError for a document that is malformed, declares entities, or is nested absurdly deep."""
    try:
        root: ET.Element = Safe.fromstring(data, forbid_dtd=False)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        line = error.position[0] if isinstance(error, ET.ParseError) else 1
        raise ContentError("xml-damaged", file=filename, line=line, reason=str(error) or type(error).__name__) from error
    if _depth(root) > DEEPEST:
        raise ContentError("xml-damaged", file=filename, line=1, reason="depth")
    return root


def _depth(root: ET.Element) -> int:
    level, depth = [root], 0
    while level and depth <= DEEPEST:
        level, depth = [child for element in level for child in element], depth + 1
    return depth


def local(element: ET.Element) -> str:
    """The name of an element without its namespace, in lower case, without the `qti-` and the hyphens of QTI 3."""
    return str(element.tag).rpartition("}")[2].lower().removeprefix("qti-").replace("-", "")


def attribute(element: ET.Element, name: str) -> str:
    """An attribute by its lower-case name without hyphens, "" where it is missing."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2].lower().replace("-", "") == name), "")


def lines_of(element: ET.Element, skip: frozenset[str] = frozenset()) -> str:
    """The text of an element, its blocks on lines of their own; elements named in `skip` are left out."""
    lines = [""]
    for piece in _pieces(element, skip):
        if piece is None:
            lines.append("")
        else:
            lines[-1] += piece
    return "\n".join(line.strip() for line in lines).strip("\n")


def _pieces(element: ET.Element, skip: frozenset[str]) -> Iterator[str | None]:
    """Texts, and None where a line ends."""
    if element.text and not (_holds_blocks(element) and not element.text.strip()):
        yield _loose(element.text)
    for index, child in enumerate(element):
        name = local(child)
        if name not in skip:
            if name in _BLOCKS and (index or (element.text and element.text.strip())) and name != "br":
                yield None
            yield from _pieces(child, skip)
            if name == "br":
                yield None
        if child.tail and child.tail.strip():
            if name in _BLOCKS and name != "br":
                yield None
            yield _loose(child.tail)


def _holds_blocks(element: ET.Element) -> bool:
    return any(local(child) in _BLOCKS for child in element)


def _loose(text: str) -> str:
    """A text as XHTML reads it: a line break in the source is a space."""
    return re.sub(r"\s*[\n\t]\s*", " ", text)


def paragraphs(parent: ET.Element, text: str, tag: str = "p") -> None:
    """Put a text under an element, each line a paragraph; a single line stands there as it is."""
    lines = text.split("\n")
    if len(lines) == 1:
        parent.text = text
        return
    for line in lines:
        ET.SubElement(parent, tag).text = line


def document(root: ET.Element) -> bytes:
    """A document in UTF-8 with its declaration."""
    body: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()
