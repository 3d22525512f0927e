from quiz.files.spreadsheet import read_sheet

ROSTER = "工号,姓名,岗位,分公司,区县公司,营业厅\nA1,演示一,营业员,示例分公司,沙区,中泉厅\nA2,演示二,店小二,示例分公司,沙区,中泉厅\n"


def write(site, text=ROSTER, name="roster.csv"):
    path = site.root / name
    path.write_bytes(text.encode("gbk"))
    return str(path)


def test_a_dry_run_says_what_would_change_and_changes_nothing(site):
    for _ in range(2):
        done = site.run("people", "import", write(site), "--dry-run", "--json")
        [told] = done.lines
        assert (done.code, told["dry_run"], told["totals"]["new"], told["totals"]["faulty"]) == (1, True, 1, 1)
        assert [row["decision"] for row in told["rows"]] == ["new", "faulty"]


def test_an_import_leaves_faulty_rows_out_and_says_them(site):
    done = site.run("people", "import", write(site))
    assert (done.code, "新增 1" in done.out) == (1, True)
    assert "3: A2 岗位: 岗位“店小二”认不出来" in done.err
    again = site.run("people", "import", write(site, ROSTER.replace("店小二", "厅经理")))
    assert (again.code, again.out.splitlines()[-1]) == (0, "新增 1, 不变 1")


def test_an_export_imported_again_changes_nothing(site):
    site.run("people", "import", write(site))
    for name in ("out.xlsx", "out.csv"):
        assert site.run("people", "export", "--out", str(site.root / name)).code == 0
        assert [row.cells[:2] for row in read_sheet((site.root / name).read_bytes(), name).rows] == [("A1", "演示一")]
        assert site.run("people", "import", str(site.root / name)).out.strip() == "不变 1"
    assert site.run("people", "export", "--out", str(site.root / "x.pdf")).code == 1


def test_the_first_administrator_gets_in(site):
    assert site.run("people", "add", "admin01", "演示管", "--role", "admin").out.strip() == "ADMIN01"
    done = site.run("people", "password", "admin01")
    assert (done.code, len(done.out.strip())) == (0, 10)
    assert site.run("people", "password", "nobody").code == 1
    assert site.run("people", "add", "c1", "演示", "--unit", "ZZ").code == 1
    assert site.run("people", "add", "c1", "演示").code == 1
    assert site.run("people", "import", str(site.root / "none.csv")).code == 1


def test_what_is_the_same_in_every_row_is_said_once_with_their_number(site):
    rows = "".join(f"A{n:04},演示,营业员\n" for n in range(300))
    done = site.run("people", "import", write(site, f"工号,姓名,岗位\n{rows}A9999,演示,店小二\n"), "--dry-run")
    assert done.code == 1
    hall, *odd = done.err.strip().splitlines()
    assert hall == "2 …: 营业厅: 营业员和厅经理要填营业厅 (300 行)"
    assert odd
    assert all(line.startswith("302: A9999 ") for line in odd)
