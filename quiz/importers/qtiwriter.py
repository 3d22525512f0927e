"""Choice questions as QTI packages, 2.1 or 3.0. PURE."""

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from kb import Fault
from quiz.importers.drafts import Exported, left_out, meta_of
from quiz.importers.xmltext import document, paragraphs
from quiz.questions.question import CHOICES, FALSE, TRUE, Question, QuestionType

_BORN = (2000, 1, 1, 0, 0, 0)  # so that equal questions are equal files


@dataclass(frozen=True, slots=True)
class Version:
    """How a version of QTI writes names, and the addresses it uses."""

    name: str
    items: str
    template: str
    package: str
    resource: str
    hyphens: bool

    def tag(self, name: str) -> str:
        """An element of QTI: `simpleChoice`, or `qti-simple-choice`."""
        return f"qti-{self.attribute(name)}" if self.hyphens else name

    def attribute(self, name: str) -> str:
        """An attribute: `baseType`, or `base-type`."""
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in name) if self.hyphens else name

    def put(self, parent: ET.Element, name: str, **attributes: str) -> ET.Element:
        """An element below another, its attributes as this version writes them."""
        return ET.SubElement(parent, self.tag(name), {self.attribute(key): value for key, value in attributes.items()})


QTI_21 = Version(
    "2.1", "http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct",
    "http://www.imsglobal.org/xsd/imscp_v1p1", "imsqti_item_xmlv2p1", hyphens=False,
)  # fmt: skip
QTI_30 = Version(
    "3.0", "http://www.imsglobal.org/xsd/imsqtiasi_v3p0", "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml",
    "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "imsqti_item_xmlv3p0", hyphens=True,
)  # fmt: skip
_CARRIED = CHOICES | {QuestionType.TRUE_FALSE}


def write_qti(questions: Iterable[Question], version: Version = QTI_21) -> Exported:
    """A package of choice items with its manifest; what a question is bound to stands in the item's label. Other types are left out."""
    target, faults, names = io.BytesIO(), list[Fault](), list[str]()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for question in questions:
            if question.type not in _CARRIED:
                faults.append(left_out(question, f"QTI {version.name}"))
                continue
            name = question.id or f"item-{len(names) + 1}"
            _store(package, f"items/{name}.xml", _item(question, name, version))
            names.append(name)
        _store(package, "imsmanifest.xml", _manifest(names, version))
    return Exported(target.getvalue(), len(names), tuple(faults))


def _store(package: zipfile.ZipFile, name: str, root: ET.Element) -> None:
    package.writestr(zipfile.ZipInfo(name, _BORN), document(root), zipfile.ZIP_DEFLATED)


def _manifest(names: list[str], version: Version) -> ET.Element:
    root = ET.Element("manifest", {"xmlns": version.package, "identifier": "hallwise-questions"})
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "schema").text = "QTI Package" if version.hyphens else "IMS Content"
    ET.SubElement(metadata, "schemaversion").text = "3.0.0" if version.hyphens else "1.1"
    ET.SubElement(root, "organizations")
    resources = ET.SubElement(root, "resources")
    for name in names:
        href = f"items/{name}.xml"
        resource = ET.SubElement(resources, "resource", {"identifier": f"res-{name}", "type": version.resource, "href": href})
        ET.SubElement(resource, "file", {"href": href})
    return root


def _item(question: Question, name: str, version: Version) -> ET.Element:
    label = ";".join(f"{key}={value}" for key, value in meta_of(question).items() if key != "id")
    given = {"identifier": name, "title": question.stem.split("\n")[0][:80], "label": label, "adaptive": "false", "timeDependent": "false"}
    root = ET.Element(version.tag("assessmentItem"), {"xmlns": version.items, **{version.attribute(k): v for k, v in given.items()}})
    options = _options(question)
    several = question.type is QuestionType.MULTIPLE
    declared = version.put(root, "responseDeclaration", identifier="RESPONSE", cardinality="multiple" if several else "single", baseType="identifier")
    correct = version.put(declared, "correctResponse")
    for key, _, right in options:
        if right:
            version.put(correct, "value").text = key
    version.put(root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    if question.explanation:
        told = version.put(root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="single", baseType="identifier")
        version.put(version.put(told, "defaultValue"), "value").text = "explanation"
    body = version.put(root, "itemBody")
    for line in question.stem.split("\n"):
        ET.SubElement(body, "p").text = line
    most = "0" if several else "1"
    interaction = version.put(body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="true", maxChoices=most)
    for key, text, _ in options:
        paragraphs(version.put(interaction, "simpleChoice", identifier=key), text)
    version.put(root, "responseProcessing", template=version.template)
    if question.explanation:
        feedback = version.put(root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier="explanation", showHide="show")
        paragraphs(version.put(feedback, "contentBody") if version.hyphens else feedback, question.explanation)
    return root


def _options(question: Question) -> list[tuple[str, str, bool]]:
    """(identifier, text, right) of every choice."""
    if question.type is QuestionType.TRUE_FALSE:
        return [("true", TRUE, question.key == TRUE), ("false", FALSE, question.key == FALSE)]
    return [(f"choice_{number}", option.text, option.right) for number, option in enumerate(question.options, 1)]
