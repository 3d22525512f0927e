"""A collection of scripts as a document holds it, cut into the forms of entries: headings → entries, tables → facts. PURE.

Nothing is decided for good here: every form becomes a draft that somebody looks at.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from kb.authoring.entryform import Banned, EntryForm, FactLine, tidy
from kb.authoring.slugs import entry_slug
from kb.entry import Kind, Status
from kb.exchange.facttable import fact_value, facts_of, markdown_table
from kb.exchange.marks import named, unmarked
from kb.markdown import turns

MOST_ENTRIES = 500
_LONGEST_TITLE = 60
_SECTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("asks", re.compile(r"(?:客户|常见|典型)?(?:问法|问题|怎么问|会问)|客户原话")),
    ("never_say", re.compile(r"禁用语|禁语|忌语|不能说|不得说|不可说|禁止用语")),
    ("must_say", re.compile(r"必须说|必说|必讲|必须告知|必告知|告知要点|风险提示")),
)
_OURS = {"客户问法": "asks", "必须说": "must_say", "不能说": "never_say"}  # the only such headings of our own documents
_BODY_SECTION = re.compile(r"话术|口径|要点|流程|步骤|对话|注意|条件|规则|说明|对象|材料|应答|回答|答复|资费|优惠|时间|示例")
KINDS = {"情景话术": Kind.SCRIPT, "资费口径": Kind.TARIFF, "应知应会": Kind.BASIC}
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
_ABOUT = re.compile(rf"(?P<kind>{'|'.join(KINDS)}) · 第 \d+ 版(?: · (?:(?P<start>{_DAY})(?:起|—(?P<end>{_DAY}))|至(?P<last>{_DAY})))?")
_QUESTION = re.compile(r"(?:[（(]?\d+[)）.、]\s*)?(?:问题?|[QqＱ])\s*\d*\s*[:：.、]\s*(\S.*)", re.DOTALL)
_ANSWER = re.compile(r"(?:答案?|[AaＡ])\s*\d*\s*[:：.、]\s*(\S.*)", re.DOTALL)
_FEWEST_QUESTIONS = 2
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_MARKER = re.compile(r"^(?:[-*•●○■◆▪·]\s*|[（(]?\d{1,2}[)）.、]\s*|[①-⑳]\s*)")
_NUMBERING = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[章节部分篇条]+|[（(]?[一二三四五六七八九十]+[)）、.]|[（(]?\d+(?:\.\d+)*[)）、.]?)\s*(?=\D)"
)
_REASON = re.compile(r"^(.+?)(?:\s*[（(](.+)[)）]|\s*[—:：]{1,2}\s*(.+))$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 is the highest."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, a line of a list, or what was written as one."""

    text: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table, row by row."""

    rows: tuple[tuple[str, ...], ...]


Block = Heading | Words | Table


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could become an entry, and the place in the document where it begins (the number of the heading)."""

    place: int
    form: EntryForm


def levels(blocks: Iterable[Block]) -> dict[int, int]:
    """How many headings there are of each level, the highest level first."""
    return dict(sorted(Counter(b.level for b in blocks if isinstance(b, Heading)).items()))


def likely_level(blocks: Sequence[Block]) -> int:
    """The level of headings that most likely begins an entry; 0 where there are none.

    That of headings with the name of an entry, as our own documents have; else the deepest one whose headings are not the usual parts of an entry
    (问法, 禁用语, 话术 …).
    """
    found = next((b.level for b in blocks if isinstance(b, Heading) and named(b.text)[1]), 0)
    if found:
        return found
    for level in levels(blocks):
        texts = [_bare(b.text) for b in blocks if isinstance(b, Heading) and b.level == level]
        parts = sum(bool(len(text) <= 12 and (_section(text) or _BODY_SECTION.search(text))) for text in texts)
        if found and parts * 2 > len(texts):
            break
        found = level
    return found


def questions_as_headings(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks of a list of questions and answers (`问：…` `答：…`), each question a heading below all others; any other blocks as they are."""
    asked = [at for at, block in enumerate(blocks[:-1]) if _spoken(block, _QUESTION) and _spoken(blocks[at + 1], _ANSWER)]
    if len(asked) < _FEWEST_QUESTIONS:
        return blocks
    below = max(levels(blocks), default=0) + 1
    found: list[Block] = []
    for at, block in enumerate(blocks):
        if at in asked:
            question = _spoken(block, _QUESTION)
            found += [Heading(below, question), Heading(below + 1, "客户问法"), Words(question, listed=True)]
        elif at - 1 in asked:
            found += [Heading(below + 1, "答复"), Words(_spoken(block, _ANSWER))]
        else:
            found.append(block)
    return found


def _spoken(block: Block, pattern: re.Pattern[str]) -> str:
    """What stands behind the `问：` or `答：` of a line."""
    m = pattern.match(unmarked(block.text)) if isinstance(block, Words) else None
    return m[1].strip() if m else ""


def candidates(blocks: Sequence[Block], level: int = 0, topic: str = "", taken: Iterable[str] = ()) -> list[Candidate]:
    """The forms of the entries in a document: each heading of a level begins one, those above it name its topic.

    `level` 0 takes the likely one. `taken` are ids that are in use. What stands before the first entry is left out,
    unless there is no heading at all.
    """
    wanted, ids = level or likely_level(blocks), set(taken)
    if not wanted:
        pieces = [Candidate(0, _form(_first_line(blocks), topic, list(blocks)))] if blocks else []
    else:
        pieces = [Candidate(place, _form(title, above or topic, inner)) for place, title, above, inner in _cut(blocks, wanted)]
    found = []
    for piece in pieces:
        form = replace(piece.form, id=entry_id(piece.form.title, piece.form.id, ids))
        ids.add(form.id)
        found.append(Candidate(piece.place, tidy(form)))
    return found


def entry_id(title: str, wanted: str, taken: Collection[str]) -> str:
    """The id that was wanted where it is a free one, else one out of the title."""
    return wanted if _ID.fullmatch(wanted) and wanted not in taken else entry_slug(title, taken)


def _cut(blocks: Sequence[Block], level: int) -> list[tuple[int, str, str, list[Block]]]:
    found: list[tuple[int, str, str, list[Block]]] = []
    above, number, inside = "", 0, False
    for block in blocks:
        if isinstance(block, Heading) and block.level <= level:
            number += 1
            inside = block.level == level
            if inside:
                found.append((number, block.text, above, []))
            else:
                above = _bare(block.text)
        elif inside:
            found[-1][3].append(block)
    return [piece for piece in found if _bare(piece[1])]


def _first_line(blocks: Sequence[Block]) -> str:
    return next((b.text for b in blocks if isinstance(b, Words) and b.text.strip()), "")[:_LONGEST_TITLE] or "未命名"


def _bare(heading: str) -> str:
    """A heading without its number."""
    text = unmarked(heading).strip().strip("【】").strip()
    return (_NUMBERING.sub("", text).strip() or text).rstrip("：:")


def _section(heading: str) -> str:
    return next((name for name, pattern in _SECTIONS if pattern.search(heading)), "")


def _form(heading: str, topic: str, blocks: list[Block]) -> EntryForm:
    """One entry out of what stands under its heading."""
    title, name = _bare(heading)[:_LONGEST_TITLE], named(heading)[1]
    about, blocks = _about(blocks)
    lists: dict[str, list[str]] = {"asks": [], "must_say": [], "never_say": []}
    facts: list[FactLine] = []
    body: list[str] = []
    part = ""
    for block in blocks:
        if isinstance(block, Heading):
            part = _OURS.get(_bare(block.text), "") if name else _section(_bare(block.text))
            body += [] if part else ["", f"## {_bare(block.text)}", ""]
        elif isinstance(block, Table):
            body += _table(block, facts, ours=bool(name))
        else:
            part = _words(block, part, lists, body, ours=bool(name))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(body)).strip("\n")
    return EntryForm(
        id=name, title=title, kind=about.get("kind") or _kind(title, facts, text).value, topic=topic,
        asks=tuple(lists["asks"]), must_say=tuple(lists["must_say"]),
        never_say=tuple(banned(line) for line in lists["never_say"]), facts=tuple(facts), version="1", status=Status.PUBLISHED.value, body=text,
        effective_from=about.get("start") or "", effective_to=about.get("end") or "",
    )  # fmt: skip


def _about(blocks: list[Block]) -> tuple[dict[str, str | None], list[Block]]:
    """The kind and the dates in the line that our own documents have below a title, and the blocks without it."""
    m = _ABOUT.fullmatch(blocks[0].text) if blocks and isinstance(blocks[0], Words) else None
    if m is None:
        return {}, blocks
    return {"kind": KINDS[m["kind"]].value, "start": fact_value(m["start"] or ""), "end": fact_value(m["end"] or m["last"] or "")}, blocks[1:]


def _table(block: Table, facts: list[FactLine], *, ours: bool) -> list[str]:
    """The rows of the body that a table gives where it holds no facts; in our own documents facts have their names."""
    spoken = ours and not any(named(cell)[1] for row in block.rows for cell in row)
    found = [] if spoken else facts_of(block.rows, {fact.name for fact in facts})
    facts += found
    return [] if found else ["", *markdown_table(block.rows), ""]


def _words(block: Words, part: str, lists: dict[str, list[str]], body: list[str], *, ours: bool) -> str:
    """Take a paragraph where it belongs; returns the part that goes on. In our own documents no label moves a paragraph elsewhere."""
    text = _MARKER.sub("", block.text.strip()).strip()
    label, colon, rest = text.partition("：") if "：" in text[:10] else text.partition(":")
    meant = _section(label) if colon and len(label) <= 8 and not ours else ""
    if meant:  # a label of its own line; with nothing behind it, of those that follow
        lists[meant] += _pieces(rest)
        return "" if rest.strip() else meant
    if part and not ours and colon and len(label) <= 8 and not block.listed and _BODY_SECTION.search(label):
        part = ""
    if part:
        lists[part] += [text] if ours else _pieces(text)
    elif text:
        body += [f"- {text}"] if block.listed else ["", block.text.strip()]
    return part


def _pieces(text: str) -> list[str]:
    return [piece.strip() for piece in re.split(r"[；;\n]", text) if piece.strip()]


def banned(line: str) -> Banned:
    """A phrase that may not be said with its reason: `最便宜（绝对化）`, `最便宜：绝对化`."""
    m = _REASON.match(line.strip('“”"「」'))
    return Banned(m[1].strip('“”"「」 '), (m[2] or m[3] or "").strip()) if m else Banned(line.strip('“”"「」 '))


def _kind(title: str, facts: Sequence[FactLine], body: str) -> Kind:
    if facts:
        return Kind.TARIFF
    return Kind.SCRIPT if "话术" in title or turns(body) else Kind.BASIC
