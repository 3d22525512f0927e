"""Accounts, the organisation, and the rosters imported into it. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "signed-out": ("请先登录", "please sign in first"),
    "not-allowed": ("您的岗位没有这项权限，需要时请找厅经理或管理员", "your role does not allow this; ask your manager or an administrator"),
    "sign-in-failed": (
        "工号或密码不对，请核对后再试；忘了密码请找管理员重设",
        "the employee number or the password is wrong; an administrator can reset it",
    ),
    "sign-in-locked": (
        "连续输错次数太多，请 {minutes} 分钟后再试，或请管理员重设密码",
        "too many failures in a row; try again in {minutes} minutes, or have an administrator reset the password",
    ),
    "password-short": ("新密码太短，至少 {low} 位", "the new password is too short, it needs {low} characters"),
    "password-long": ("新密码太长，最多 {high} 位", "the new password is too long, at most {high} characters"),
    "password-guessable": (
        "新密码太容易猜到：不要含工号，不要用连续或重复的字符",
        "the new password is easily guessed: no employee number, no runs, no repetitions",
    ),
    "employee-missing": ("没有工号 {number}", "there is no employee {number}"),
    # --- one person, one unit
    "number-bad": (
        "工号只能有字母、数字和 . _ -，最多 {limit} 位，例如 AL002010",
        "a number has letters, digits and . _ -, at most {limit}, like AL002010",
    ),
    "number-taken": ("工号 {number} 已经有人用了", "the number {number} is somebody's already"),
    "name-bad": ("姓名不能为空，最多 {limit} 个字", "a name may not be empty, nor longer than {limit} characters"),
    "unit-missing": ("没有这个单位，请从列表里选", "there is no such unit; choose one of the list"),
    "unit-closed": ("“{name}”已撤销，不能再安排人", "“{name}” is closed; nobody can be placed there"),
    "unit-occupied": (
        "“{name}”还有 {people} 人、{units} 个下级单位，请先调走或撤销",
        "“{name}” still has {people} people and {units} units below it; move or close them first",
    ),
    "unit-taken": ("同一级已经有“{name}”，请换一个名称", "there is “{name}” at that place already; choose another name"),
    "unit-code-taken": ("编码 {value} 已经有单位用了", "the code {value} belongs to another unit"),
    "unit-name-bad": ("名称不能为空，最多 {limit} 个字", "a name may not be empty, nor longer than {limit} characters"),
    "unit-code-bad": ("编码只能有字母、数字和 . _ -，最多 {limit} 位", "a code has letters, digits and . _ -, at most {limit}"),
    "unit-place-bad": ("营业厅要放在区县公司下，区县公司要放在分公司下", "a hall belongs below a district, a district below a branch"),
    "needs-hall": ("营业员和厅经理要安排到营业厅", "clerks and hall managers have to be placed at a hall"),
    "day-far": ("日期要在 {first} 到 {last} 之间", "the day has to be between {first} and {last}"),
    "last-admin": ("至少要留一位在职的管理员，没有做任何更改", "at least one administrator has to stay; nothing was changed"),
    "employee-gone": ("{number} 已离职，复职后才能设密码", "{number} has left; a password can be set after they return"),
    "upload-missing": (
        "上传的文件已过期（只保留一天）或已导入，请重新上传",
        "the uploaded file has expired (it is kept for a day) or was imported; upload it again",
    ),
    "upload-none": ("请先选一个 Excel 或 CSV 文件", "choose an Excel or CSV file first"),
    # --- importing a roster
    "roster-headless": (
        "找不到“工号”和“姓名”两列，请在第一行写上列名（可下载模板）。第 {row} 行是：{found}",
        "there are no columns 工号 (number) and 姓名 (name); head them in the first row (see the template). Row {row} has: {found}",
    ),
    "roster-number-missing": ("工号是空的，请填写", "the employee number is missing"),
    "roster-number-bad": (
        "工号“{value}”不对，只能有字母、数字和 . _ -；如果是 Excel 把它变成了科学计数，请把这一列设为文本",
        "the number “{value}” may hold letters, digits and . _ - only; where the spreadsheet made it 1.2E+10, format the column as text",
    ),
    "roster-number-twice": (
        "工号 {number} 在第 {rows} 行也出现，内容不同，请只留一行",
        "the number {number} stands in row {rows} too, with other values; keep one row",
    ),
    "roster-repeated": ("与第 {first} 行完全相同，只按那一行导入", "the same as row {first}; only that row is imported"),
    "roster-name-missing": ("姓名是空的，请填写", "the name is missing"),
    "roster-name-bad": (
        "姓名“{value}”不对，最多 {limit} 个字，不能有特殊符号",
        "the name “{value}” has to be printable and at most {limit} characters",
    ),
    "roster-role-missing": (
        "岗位是空的，新员工要填：营业员、厅经理、培训师、检查人员、主管或管理员",
        "the role is missing; a new employee needs one",
    ),
    "roster-role-bad": (
        "岗位“{value}”认不出来，请改成：营业员、厅经理、培训师、检查人员、主管或管理员",
        "the role “{value}” is unknown; use clerk, hall_manager, trainer, inspector, branch_manager or admin",
    ),
    "roster-becomes-admin": ("这位员工将成为管理员，请确认", "this employee becomes an administrator; make sure that is meant"),
    "roster-day-bad": ("日期“{value}”不对，请写成 2026-11-22", "“{value}” is no date; write it as 2026-11-22"),
    "roster-day-far": ("日期超过一年以后，请核对", "the day is more than a year ahead"),
    "roster-leave-ahead": ("离职日期还没到，请到那天再导入", "the day of leaving has not come; import it then"),
    "roster-replaces": ("会取代已经登记的：{lost}", "replaces what is entered already: {lost}"),
    "roster-status-bad": (
        "在职状态“{value}”认不出来，请写“在职”或“离职”",
        "the state “{value}” is unknown; write 在职 (works) or 离职 (has left)",
    ),
    "roster-still-gone": (
        "系统里是离职，如已复职请在“在职状态”写“在职”",
        "has left as far as is known; write 在职 in the state column if they are back",
    ),
    "roster-gone-unknown": ("已离职，系统里也没有这个人，不用导入", "has left, and nobody here knows them; nothing to import"),
    "roster-unit-bad": (
        "“{value}”太长或有特殊符号，最多 {limit} 个字",
        "“{value}” has to be printable and at most {limit} characters",
    ),
    "roster-unit-missing": ("没有写在哪里工作，请填营业厅或区县公司", "it does not say where the person works; give a hall or a district"),
    "roster-hall-missing": ("营业员和厅经理要填营业厅", "clerks and hall managers need a hall"),
    "roster-district-missing": (
        "“{name}”是新的营业厅，请填它属于哪个区县公司",
        "“{name}” is a new hall; say to which district it belongs",
    ),
    "roster-branch-missing": (
        "“{name}”是新的区县公司，请加一列“分公司”说明它属于哪里",
        "“{name}” is a new district; add a column 分公司 that says to which branch it belongs",
    ),
    "roster-unit-closed": ("“{name}”已撤销，请改填现在的单位", "“{name}” is closed; give the unit of today"),
    "roster-unit-ambiguous": (
        "有几个单位叫“{name}”，请写清区县公司或厅编码",
        "several units are called “{name}”; add the district or the hall's code",
    ),
    "roster-hall-elsewhere": (
        "“{name}”属于 {where}，与这一行写的区县公司不同，请改正其中一个",
        "“{name}” belongs to {where}, not to the district of this row; mend one of the two",
    ),
    "roster-unit-near": (
        "没有“{name}”，是不是“{near}”？请改正文件；确实是新单位，请在“新单位”里勾选",
        "there is no “{name}”; is it “{near}”? Mend the file, or tick it among the new units if it is one",
    ),
    "roster-unit-unticked": ("“{name}”是新单位，没有勾选新建", "“{name}” is new and was not ticked to be made"),
    "roster-code-unknown": ("没有编码为“{value}”的营业厅，请填营业厅名称", "no hall has the code “{value}”; give the hall's name"),
    "roster-code-foreign": (
        "编码 {value} 是“{name}”，与营业厅“{hall}”对不上，请改正其中一个",
        "the code {value} belongs to “{name}”, not to “{hall}”; mend one of the two",
    ),
    "roster-code-kept": ("“{name}”的编码是 {value}，导入不会改编码", "the code of “{name}” is {value}; an import does not change it"),
    "roster-code-taken": ("编码 {value} 已经有别的单位用了", "the code {value} belongs to another unit"),
    "demo-open": (
        "示例数据的密码是公开的，只能在本机地址上使用，{host} 不是；请去掉 HALLWISE_HOST 再试",
        "the demo's password is public, it is for this machine only and {host} is not; unset HALLWISE_HOST",
    ),
    "demo-served": (
        "示例账号 {numbers} 的密码是公开的，不能让别的机器访问本站；请另用一个数据库，或先给这些账号换密码",
        "the demo logins {numbers} have a public password, other machines must not reach the site; use another database or change the passwords",
    ),
    "demo-not-empty": ("数据库里已有人员，没有加入示例数据", "there are people in the database already, no demo was added"),
    "demo-bank-small": (
        "题库不够组示例考试：{why}。请先运行 hallwise publish",
        "the bank cannot furnish the demo's exams: {why}; run hallwise publish first",
    ),
}
