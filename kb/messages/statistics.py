"""Response matrices and their keys. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "matrix-rows": ("{file} 里只有表头，没有答卷", "{file} has a header but no rows"),
    "matrix-items": ("{file} 里没有一列是题目", "no column of {file} is an item"),
    "matrix-heading": (
        "{file} 第 {row} 行（表头）第 {number} 列没有列名，但第 {below} 行有内容",
        "{file}, row {row} (header): column {number} has no name but row {below} has a value there",
    ),
    "matrix-twice": ("{file} 第 {row} 行（表头）有两列都叫“{column}”", "{file}, row {row} (header): two columns are called “{column}”"),
    "matrix-cell": (
        "{file} 第 {row} 行“{column}”列的“{value}”不是 0 到 1 之间的得分；如果填的是选项，请用 --key 给出答案",
        "{file}, row {row}, column “{column}”: “{value}” is not a score between 0 and 1; for chosen options give the key with --key",
    ),
    "matrix-freq": (
        "{file} 第 {row} 行“{column}”列的“{value}”不是重复次数，应为 0 或正整数",
        "{file}, row {row}, column “{column}”: “{value}” is no count of repeated rows; it should be a whole number, 0 or more",
    ),
    "key-rows": ("答案文件 {file} 应当只有表头和一行答案，现在有 {count} 行", "the key {file} should have a header and one row, it has {count} rows"),
    "key-column": (
        "答案文件 {file} 的表头与答卷不同：“{column}”列只在其中一个里有",
        "the header of the key {file} differs: the column “{column}” is in only one of the two files",
    ),
    "key-cell": ("答案文件 {file} 第 {row} 行“{column}”列没有答案", "the key {file}, row {row}, column “{column}”: there is no answer"),
}
