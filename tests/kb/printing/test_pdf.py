"""Printed matter: what stands on the sheets (laid out with a made-up font), and what a real PDF holds."""

import re
import shutil
import zlib
from datetime import date

import pytest
from click.testing import CliRunner

from kb.config import Settings
from kb.entry import Context, Kind, NeverSay
from kb.errors import AppError, NotFoundError, QueryError
from kb.printing.blocks import Setting, body_rows
from kb.printing.booklet import A5, booklet_pages
from kb.printing.cards import make_cards
from kb.printing.fonts import Glyphs, find_fonts, read_face
from kb.printing.layout import Jump, Page, Row, Text, fill
from kb.printing.linebreak import NEVER_FIRST
from kb.printing.pdf import Canvas
from kb.printing.pocket import HEIGHT, Imprint, card_sides, pocket_pages
from kb.scripts.__main__ import cli
from tests.builders import TODAY, make_entry, make_library

LONG = "这句话一定要跟客户说清楚，不能省。"
IMPRINT = Imprint("示例", "样例，不得用于答复客户。", "中泉厅")
ENTRY = "---\nid: {id}\ntitle: {title}\nkind: tariff\ntopic: 套餐\neffective_to: {to}\nversion: 3\nowner: 资费岗\nmust_say: [要说实话]\nnever_say:\n  - {{phrase: 白送, reason: 不实}}\n---\n> 您好，畅享（试用）。\n"


def widths(text, bold):
    return sum(0.55 if c.isascii() else 1.0 for c in text)


def cards(**changes):
    return make_cards(make_library(make_entry(**changes)), Context(TODAY))


def words(inks):
    return [ink.text for ink in inks if isinstance(ink, Text)]


@pytest.fixture(scope="session")
def fonts():
    try:
        return find_fonts()
    except NotFoundError as error:
        pytest.skip(f"PDF NOT TESTED: {error}")


@pytest.fixture
def content(tmp_path):
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text(ENTRY.format(id="tariff-a", title="现行套餐", to="2026-12-31"), encoding="utf-8")
    (folder / "b.md").write_text(ENTRY.format(id="tariff-b", title="到期套餐", to="2026-11-21"), encoding="utf-8")
    (folder / "NOTICE.md").write_text("# 样例小字\n\n封面说明\n", encoding="utf-8")
    return folder


def run(content, out, *options):
    given = ["cards", "--content", str(content), "--out", str(out), "--as-of", "2026-11-22", *options]
    # A database that is not there: whatever lies in the folder that the tests are run from is none of theirs.
    return CliRunner().invoke(cli, given, obj=Settings(database_url=f"sqlite:///{content}/none.db"), catch_exceptions=True)


def read_text(data):
    """The text of a PDF as drawn: glyph numbers through each font's ToUnicode table."""
    streams = [_inflated(m[1]) for m in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)]
    tables = [{int(a, 16): chr(int(b, 16)) for a, b in re.findall(rb"<(\w{4})> <(\w{4})>\n", s)} for s in streams if b"beginbfchar" in s]
    found = []
    for stream in streams:
        table = tables[0]
        for font, glyphs in re.findall(rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", stream, re.DOTALL) if b" Tj" in stream else ():
            if font:
                table = tables[int(font) - 1]
            else:
                raw = re.sub(rb"\\(.)", lambda m: {b"r": b"\r", b"n": b"\n"}.get(m[1], m[1]), glyphs, flags=re.DOTALL)
                found.append("".join(table[int.from_bytes(raw[at : at + 2])] for at in range(0, len(raw), 2)))
    return found


def _inflated(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


# --- pocket cards


def test_every_side_holds_dates_version_owner_and_the_mark_of_the_sample():
    (card,) = cards(owner="市场部", version=4, effective_to=date(2026, 12, 1), body=f"> {LONG}", must_say=(LONG,) * 14)
    sides = card_sides(card, widths, IMPRINT)
    assert len(sides) == 2
    for side in sides:
        text = words(side.inks)
        assert "有效期 2026年12月1日止" in text
        assert "即将到期" in text
        assert "市场部 · 第4版" in text
        assert "示例 · 按2026年11月22日的口径印制" in text


def test_what_does_not_fit_goes_on_another_side_and_nothing_is_lost():
    musts = tuple(f"第{n}条。{LONG}" for n in range(20))
    nevers = tuple(NeverSay(f"不能说{n}", LONG) for n in range(12))
    (card,) = cards(title="很长的卡片", must_say=musts, never_say=nevers)
    sides = card_sides(card, widths, IMPRINT)
    drawn = "".join(w for side in sides for w in words(side.inks))
    assert len(sides) > 2
    assert "（续）" in words(sides[1].inks)
    assert f"{card.topic} 2/{len(sides)}" in words(sides[1].inks)
    assert all(text in drawn for text in musts)
    assert drawn.count("禁说") == 12


def test_a_long_sentence_is_shortened_with_a_pointer_only_when_it_does_not_fit():
    (short,) = cards(body=f"> {LONG * 3}")
    (long,) = cards(body=f"> {LONG * 40}")
    assert "节选" not in "".join(words(card_sides(short, widths, IMPRINT)[0].inks))
    drawn = "".join(words(card_sides(long, widths, IMPRINT)[0].inks))
    assert "（节选，全文见本条目页面）" in drawn
    assert LONG * 3 + "（节选" in drawn


def test_the_two_sides_of_a_card_stand_beside_each_other():
    library = make_library(*(make_entry(id=f"e{n}", title=f"卡片{n}", must_say=(LONG,) * (16 if n == 1 else 1)) for n in range(4)))
    (page,) = pocket_pages(make_cards(library, Context(TODAY)), widths, IMPRINT)
    places = {w.text: (w.x > 100, round(w.y // HEIGHT)) for w in page.inks if isinstance(w, Text) and w.text.endswith(("1/2", "2/2"))}
    assert places["未分类 1/2"] == (False, places["未分类 2/2"][1])
    assert places["未分类 2/2"][0]


def test_no_line_of_a_card_begins_with_closing_punctuation():
    (card,) = cards(must_say=tuple(LONG[n:] * 3 for n in range(9)))
    for side in card_sides(card, widths, IMPRINT):
        assert not [w for w in words(side.inks) if w[0] in NEVER_FIRST]


def test_nothing_is_drawn_outside_the_card():
    (card,) = cards(title="标题很长" * 8, body=f"> {LONG * 9}", must_say=(LONG,) * 5, facts={"a": "59 元/月", "b": LONG, "c": "3 张"})
    for side in card_sides(card, widths, IMPRINT):
        assert all(0 < ink.y <= HEIGHT and ink.x >= 0 for ink in side.inks if isinstance(ink, Text))
        assert all(ink.x + widths(ink.text, ink.bold) * ink.size * 25.4 / 72 <= 85.6 for ink in side.inks if isinstance(ink, Text))


def test_kept_rows_move_together_and_gaps_vanish_at_the_head():
    a = Text(0, 0, "a", 9)
    rows = [Row(4, (a,)), Row(4, (a,), keep=True), Row(4, (a,)), Row(2), Row(4, (a,))]
    assert [[r.height for r in page] for page in fill(rows, 8)] == [[4], [4, 4], [4]]


def test_no_page_ends_between_the_customers_words_and_the_answer():
    (card,) = cards(kind=Kind.SCRIPT, body="> 说。\n\n## 对话\n" + "客户：这个贵不贵？\n营业员：不贵，您看。\n" * 40)
    rows = body_rows(card.body, Setting(widths, 100, 10, 9))
    pages = [[ink.text for row in page for ink in row.inks if isinstance(ink, Text)] for height in range(20, 60) for page in fill(rows, height)]
    assert any("客户" in page for page in pages)
    assert [page for page in pages if page[-2:-1] == ["客户"]] == []


# --- booklet


def booklet():
    entries = [
        make_entry(id=f"e{n}", title=f"条目{n}", topic=f"分类{n % 3}", must_say=(LONG,) * 12, body="> 说。\n\n## 要点\n" + "段。\n\n" * 60)
        for n in range(9)
    ]
    return booklet_pages(make_cards(make_library(*entries), Context(TODAY)), widths, IMPRINT)


def test_the_booklet_begins_with_a_cover_that_names_the_day_the_hall_and_the_notice():
    cover = "".join(words(booklet()[0].inks))
    assert all(text in cover for text in ("小帮手手册", "按2026年11月22日的口径印制", "使用单位：中泉厅", "共 9 条", "不得用于答复客户"))


def test_the_contents_lead_to_the_page_where_the_entry_stands():
    pages = booklet()
    contents = pages[1]
    jumps = [ink.page for ink in contents.inks if isinstance(ink, Jump)]
    printed = [int(w) for w in words(contents.inks)[2:] if w.isdigit()][:9]
    assert jumps == printed
    titles = [w for w in words(contents.inks) if w.startswith("条目")]
    for title, number in zip(titles, jumps, strict=True):
        assert title in words(pages[number - 1].inks)


def test_pages_carry_their_topic_and_number_and_every_entry_its_dates():
    pages = booklet()
    for number, page in enumerate(pages[1:], 2):
        assert str(number) in words(page.inks)
        assert words(page.inks)[0] in {"目录", "分类0", "分类1", "分类2"}
        assert (page.width, page.height) == A5
    assert sum(w == "有效期 长期有效" for page in pages for w in words(page.inks)) == 9
    assert [mark for page in pages for mark in page.marks if mark[0] == 0] == [(0, t) for t in ("封面", "目录", "分类0", "分类1", "分类2")]


def test_a_page_that_goes_on_says_with_what():
    assert any("条目0（续）" in words(page.inks) for page in booklet())


# --- fonts


def test_without_a_chinese_font_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(NotFoundError) as caught:
        find_fonts(None, ["/nowhere/font.ttc"])
    assert caught.value.code == "font-missing"
    for lang in ("zh", "en"):
        assert "fonts-noto-cjk" in caught.value.text(lang)
        assert "--font" in caught.value.text(lang)


def test_a_font_that_is_not_there_or_none_at_all_is_refused(tmp_path):
    with pytest.raises(NotFoundError, match="nowhere"):
        find_fonts(tmp_path / "nowhere.ttf")
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"not a font")
    with pytest.raises(QueryError) as caught:
        find_fonts(broken)
    assert caught.value.code == "font-unusable"
    with pytest.raises(QueryError, match="ttc"):
        read_face(tmp_path / "font.pdf")


def test_the_simplified_face_of_a_collection_is_taken_with_its_bold_sibling(fonts):
    if fonts.regular.path.name != "NotoSansCJK-Regular.ttc":
        pytest.skip("FACES NOT TESTED: fonts-noto-cjk is not installed")
    assert fonts.regular.index == 2
    assert fonts.bold.path.name == "NotoSansCJK-Bold.ttc"


def test_a_face_knows_width_and_presence_of_each_character(fonts):
    glyphs = Glyphs(fonts.regular)
    assert glyphs.width("营") == 1.0
    assert 0 < glyphs.width("i") < glyphs.width("m") < 1
    assert "营" in glyphs
    assert "\U0010ffff" not in glyphs
    assert glyphs.width("\U0010ffff") > 0


def test_a_document_is_given_no_more_glyphs_than_its_pages_use(fonts):
    """Else the whole of a large Chinese font is taken apart for each report."""
    canvas = Canvas(fonts)
    page = Page(100, 50, (Text(5, 20, "张䶮 office", 12), Text(5, 30, "营业厅", 12, bold=True)))
    data = canvas.draw([page], "t", TODAY)
    assert read_text(data) == ["张䶮 office", "营业厅"]
    given = {name: "".join(sorted(map(chr, font.cmap))) for name, font in canvas._pdf.fonts.items()}
    if fonts.bold:
        assert given == {"zh": " cefio䶮张", "zhB": " 业厅营"}
    else:
        assert given == {"zh": " cefio䶮业厅张营"}


# --- the command and the file


def test_the_printed_text_can_be_read_again_and_what_has_expired_is_not_in_it(fonts, content, tmp_path):
    out = tmp_path / "out.pdf"
    done = run(content, out)
    assert done.exit_code == 0, done.output
    assert "1 entries, 1 pages" in done.output
    text = "".join(read_text(out.read_bytes()))
    for part in ("现行套餐", "您好，畅享（试用）。", "必说要说实话", "禁说白送", "不实", "有效期 2026年12月31日止", "资费岗 · 第3版", "样例小字"):
        assert part in text
    assert "到期套餐" not in text


def test_the_same_input_gives_the_same_bytes(fonts, content, tmp_path):
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    assert run(content, first, "--layout", "booklet").exit_code == 0
    assert run(content, second, "--layout", "booklet").exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert "封面说明" in "".join(read_text(first.read_bytes()))


def test_a_font_without_bold_prints_all_the_same(fonts, tmp_path):
    plain = tmp_path / f"plain{fonts.regular.path.suffix}"
    shutil.copy(fonts.regular.path, plain)
    alone = find_fonts(plain)
    assert alone.bold is None
    canvas = Canvas(alone)
    pages = pocket_pages(cards(title="标题", must_say=("☃不在字体里\U0010ffff",)), canvas.width, IMPRINT)
    assert "\U0010ffff" in canvas.missing(pages)
    assert "标题" in read_text(canvas.draw(pages, "t", TODAY))


@pytest.mark.parametrize(("options", "code"), [(("--font", "nowhere.ttf"), "file-missing"), (("--topic", "没有"), "topic-missing")])
def test_what_cannot_be_printed_leaves_no_file(fonts, content, tmp_path, options, code):
    out = tmp_path / "out.pdf"
    done = run(content, out, *options)
    assert isinstance(done.exception, AppError)
    assert done.exception.code == code
    assert not out.exists()


def test_faulty_content_is_not_printed(fonts, content, tmp_path):
    (content / "c.md").write_text("---\nid: c\ntitle: 坏\nkind: basic\n---\n> {{ nothing.here }}\n", encoding="utf-8")
    done = run(content, tmp_path / "out.pdf")
    assert done.exception.code == "content-faulty"


def test_a_place_that_cannot_be_written_is_an_error(fonts, content, tmp_path):
    done = run(content, tmp_path / "no" / "out.pdf")
    assert done.exception.code == "disk"
