"""Who did not sit, as a report."""

from kb.printing.document import Column, Document
from web.i18n import gettext
from web.manager.absent import Away
from web.manager.asked import Asked, Scope
from web.manager.printed import cells


def absent(wanted: Asked, mine: Scope, found: Away) -> Document:
    """The list, by district and hall."""
    columns = Column(gettext("区县公司"), 1.5), Column(gettext("营业厅"), 1.6), Column(gettext("工号")), Column(gettext("姓名"))
    rows = [
        (cells.text(found.units[one.unit_id][1]), cells.text(found.units[one.unit_id][0]), cells.text(one.number), cells.text(one.name))
        for one in found.people
    ]
    title = gettext("%(name)s没有参加考试的人", name=mine.root.name if mine.root else "")
    section = cells.listed(gettext("没有参加的 %(n)s 人", n=len(rows)), columns, rows)
    return cells.document(title, wanted, (section,), running=found.running)
