"""QTI 2.1 and 3.0 choice items, as single files and as packages. PURE."""

import re
import xml.etree.ElementTree as ET

from kb import Fault
from kb.errors import ContentError
from quiz.files.archive import Archive, open_archive, weigh
from quiz.importers.drafts import Draft, Imported, collected
from quiz.importers.xmltext import attribute, lines_of, local, parse_xml
from quiz.questions.question import FALSE, TRUE, QuestionType

LARGEST_PACKAGE = 50 * 2**20
_MANIFEST = "imsmanifest.xml"
_INTERACTION = re.compile(r"(\w+)interaction")
_NOT_TEXT = frozenset({"choiceinteraction", "modalfeedback", "feedbackblock", "rubricblock", "feedbackinline"})


def read_qti(data: bytes, filename: str) -> Imported:
    """The choice items of a QTI package or a single item file. Raises ContentError when it is neither, or unsafe to unpack."""
    if not weigh(data).startswith(b"PK\x03\x04"):
        root = parse_xml(data, filename)
        if local(root) != "assessmentitem":
            raise ContentError("import-foreign", file=filename, wanted="QTI 2.1 / 3.0")
        return collected([_draft(root, filename)])
    archive = open_archive(data, LARGEST_PACKAGE)
    drafts, faults = list[Draft](), list[Fault]()
    for name in _items(archive):
        try:
            root = parse_xml(archive.read(name), name)
        except ContentError as error:
            broken = Draft(name, 1)
            broken.complain(1, "import-item", reason=error.text("zh"), reason_en=error.text("en"))
            faults += broken.faults
            continue
        if local(root) == "assessmentitem":
            drafts.append(_draft(root, name))
    if not drafts and not faults:
        raise ContentError("import-foreign", file=filename, wanted="QTI 2.1 / 3.0")
    return collected(drafts, faults)


def _items(archive: Archive) -> list[str]:
    """The files that may be items: in the order of the manifest, or by name where there is none."""
    every = [name for name in archive.names if name.lower().endswith(".xml")]
    manifest = next((name for name in every if name.rpartition("/")[2].lower() == _MANIFEST), "")
    if not manifest:
        return sorted(every)
    root = parse_xml(archive.read(manifest), manifest)
    folder = manifest.rpartition("/")[0]
    named = [attribute(e, "href") for e in root.iter() if local(e) == "resource"]
    named = [f"{folder}/{name}".lstrip("/") for name in named if name]
    ordered = [name for name in dict.fromkeys(named) if name in set(every)]
    return ordered or [name for name in sorted(every) if name != manifest]


def _draft(root: ET.Element, path: str) -> Draft:
    draft = Draft(path, 1)
    meta = dict(part.split("=", 1) for part in attribute(root, "label").split(";") if "=" in part)
    draft.bind({**{name.strip(): value.strip() for name, value in meta.items()}, "id": attribute(root, "identifier")})
    body = next((e for e in root.iter() if local(e) == "itembody"), None)
    found = [e for e in (body.iter() if body is not None else ()) if _INTERACTION.fullmatch(local(e))]
    if body is None or len(found) != 1 or local(found[0]) != "choiceinteraction":
        kinds = "、".join(m[1] for e in found if (m := _INTERACTION.fullmatch(local(e)))) or "–"
        draft.complain(1, "import-type", type=kinds)
        return draft
    prompt = next((lines_of(e) for e in found[0] if local(e) == "prompt"), "")
    draft.stem = "\n".join(filter(None, (lines_of(body, _NOT_TEXT), prompt)))
    draft.explanation = "\n".join(filter(None, (lines_of(e) for e in root.iter() if local(e) == "modalfeedback")))
    if any(local(e) in {"img", "object", "video", "audio"} for e in body.iter()):
        draft.warn(1, "import-image")
    _choices(draft, root, found[0])
    return draft


def _choices(draft: Draft, root: ET.Element, interaction: ET.Element) -> None:
    wanted = attribute(interaction, "responseidentifier")
    declared = next((e for e in root.iter() if local(e) == "responsedeclaration" and attribute(e, "identifier") == wanted), None)
    correct = [] if declared is None else [e for e in declared.iter() if local(e) == "correctresponse"]
    right = {(value.text or "").strip() for e in correct for value in e.iter() if local(value) == "value"}
    options = [(attribute(e, "identifier"), lines_of(e)) for e in interaction if local(e) == "simplechoice"]
    draft.options = [(text, name in right) for name, text in options]
    if {name for name, _ in options} == {"true", "false"} and len(right) == 1:
        draft.type, draft.key, draft.options = QuestionType.TRUE_FALSE, TRUE if "true" in right else FALSE, []
    elif declared is not None and attribute(declared, "cardinality") == "multiple":
        draft.type = QuestionType.MULTIPLE
