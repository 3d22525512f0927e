"""Who may reach which page: one table, endpoint → audience. A route that is not listed is refused, and a test says so."""

from quiz.people import Role

ANYONE = "anyone"  # also before signing in: the sign-in page, static files
READER = "reader"  # signed in, or a guest where HALLWISE_GUESTS allows guests: the knowledge base
SIGNED_IN = "signed-in"  # everybody with an account, whatever the role
Audience = str | frozenset[Role]

TRAINER = frozenset({Role.TRAINER, Role.ADMIN})
MANAGER = frozenset({Role.HALL_MANAGER, Role.BRANCH_MANAGER, Role.TRAINER, Role.INSPECTOR, Role.ADMIN})
ADMIN = frozenset({Role.ADMIN})

PERMISSIONS: dict[str, Audience] = {
    "static": ANYONE,
    "desk.health": ANYONE,
    "desk.choose_language": ANYONE,
    "desk.search": READER,
    "desk.fragment": READER,
    "desk.lookup": READER,
    "desk.entry": READER,
    "desk.touchpoints": READER,
    "desk.touchpoint": READER,
    "desk.topics": READER,
    "desk.topic": READER,
    "desk.settings": READER,
    "desk.keep_settings": READER,
    "desk.feedback": READER,
    "desk.action": READER,
    "api.find": READER,
    "api.entries": READER,
    "api.entry": READER,
    "api.openapi": READER,
    "account.sign_in": ANYONE,
    "account.enter": ANYONE,
    "account.sign_in_again": ANYONE,
    "account.sign_out": ANYONE,
    "account.password": SIGNED_IN,
    "account.keep_password": SIGNED_IN,
}
