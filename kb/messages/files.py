"""Files that people bring: tables, packages, question files; and what can be mended in them. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "disk-read": ("读不出 {path}：{reason}", "cannot read {path}: {reason}"),
    "file-empty": ("文件是空的，请换一个", "the file is empty; choose another"),
    "file-too-large": ("文件太大，解开后最多 {limit} MB，请分成几个再导入", "the file is too large, at most {limit} MB unpacked; split it"),
    "file-encoding": (
        "{file} 不是 UTF-8 或 GBK 的文本，请另存为 UTF-8 再导入",
        "{file} is no text in UTF-8 or GBK; save it as UTF-8 and import it again",
    ),
    "zip-damaged": ("压缩包已损坏或带密码（{reason}），请重新打包", "the package is damaged or encrypted ({reason}); pack it again"),
    "sheet-empty": ("{file} 里没有内容，请填好后再导入", "there is nothing in {file}; fill it in first"),
    "sheet-locked": ("{file} 有打开密码，请去掉密码后再导入", "{file} is protected by a password; remove it first"),
    "sheet-unreadable": (
        "{file} 读不出来（{reason}），请用 Excel 或 WPS 打开后另存为 .xlsx 再导入",
        "{file} cannot be read ({reason}); open it in a spreadsheet program and save it as .xlsx",
    ),
    "sheet-foreign": ("{file} 不是 Excel 表格，请用 .xlsx、.xls 或 .csv 文件", "{file} is no spreadsheet; use .xlsx, .xls or .csv"),
    "sheet-wide": (
        "{file} 的表格有 {rows} 行 {columns} 列，太大了；请把要导入的行复制到一张新表再导入",
        "the sheet in {file} has {rows} rows and {columns} columns, too many; copy the rows you need to a new sheet",
    ),
    "sheet-line": ("{file} 第 {line} 行的引号没有配对（{reason}）", "{file}, line {line}: the quotes do not match ({reason})"),
    "cell-too-long": (
        "第 {row} 行“{column}”的文字超过 {limit} 个字，放不进一个单元格",
        "row {row}, “{column}”: the text is over {limit} characters, too long for a cell",
    ),
}
