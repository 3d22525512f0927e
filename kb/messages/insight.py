"""The trainer's insight pages and announcements. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "gap-phrasings": ("请至少勾选一个问法（只有号码的不能用）", "tick at least one phrasing (one that is only a number cannot be used)"),
    "announcement-foreign": ("这条通知不是发给您的", "this announcement was not told to you"),
}
