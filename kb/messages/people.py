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
}
