"""What people send: their post, their language, feedback, and what they did with a hit."""

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, session, url_for

from kb.entry import EntryRef
from kb.errors import AppError, QueryError
from kb.querylog import record_action, record_feedback
from web import access, params
from web.catalogue import catalogue
from web.desk.entries import find, refusal
from web.errors import problem, wants_json
from web.i18n import LANGUAGES, gettext
from web.wiring import services

_LONGEST_EMPLOYEE, _LONGEST_PLACE, _LONGEST_COMMENT = 20, 40, 1000


def add_to(blueprint: Blueprint) -> None:
    """Add the routes that take forms."""
    blueprint.add_url_rule("/settings", view_func=settings)
    blueprint.add_url_rule("/settings", view_func=keep_settings, methods=["POST"])
    blueprint.add_url_rule("/language", view_func=choose_language, methods=["POST"])
    blueprint.add_url_rule("/feedback", view_func=feedback, methods=["POST"])
    blueprint.add_url_rule("/actions", view_func=action, methods=["POST"])


def settings() -> str:
    """我的岗位: who I am and where I work."""
    return _settings_page(access.post(), {})


def keep_settings() -> Response:
    """Keep the post; on errors the form comes back with everything that was typed."""
    form = {name: request.form.get(name, "").strip() for name in access.Post.__slots__}
    given = access.Post(**{**form, "employee": form["employee"].upper()})
    faults = post_faults(given)
    if faults:
        return make_response(_settings_page(access.Post(**form), faults), 400)
    access.keep_post(given)
    flash(gettext("已保存"))
    return _back_to(request.form.get("next", ""))


def post_faults(given: access.Post) -> dict[str, str]:
    """What is wrong with a post, by field."""
    faults = {}
    if given.employee and not (given.employee.isascii() and given.employee.isalnum() and len(given.employee) <= _LONGEST_EMPLOYEE):
        faults["employee"] = gettext("工号只能有字母和数字，最多 %(limit)s 位，例如 AL002010", limit=_LONGEST_EMPLOYEE)
    for name in ("district", "hall", "channel"):
        value = getattr(given, name)
        if len(value) > _LONGEST_PLACE or not value.isprintable():
            faults[name] = gettext("最多 %(limit)s 个字，不能有特殊符号", limit=_LONGEST_PLACE)
    return faults


def _settings_page(shown: access.Post, faults: dict[str, str]) -> str:
    try:
        places = catalogue().places()
    except AppError:  # without an index there is nothing to suggest, but the form works
        places = ((), (), ())
    return render_template("desk/settings.html", shown=shown, faults=faults, places=places, next=request.values.get("next", ""))


def choose_language() -> Response:
    """Keep the language chosen in the header."""
    if request.form.get("lang") in LANGUAGES:
        session["lang"] = request.form["lang"]
        session.permanent = True
    return _back_to(request.form.get("next", ""))


def feedback() -> Response:
    """Keep a thumb up or down."""
    useful, comment = request.form.get("useful") == "1", request.form.get("comment", "").strip()
    reason = "helpful" if useful else request.form.get("reason", "")
    if len(comment) > _LONGEST_COMMENT:
        raise QueryError("bad-parameter", name="comment", value=comment[:20] + "…", why=f"≤ {_LONGEST_COMMENT}")
    if not useful and not reason:
        raise QueryError("bad-parameter", name="reason", value="", why=gettext("请选一个原因"))
    ref = _entry_ref()
    search_id = request.form.get("search_id", "")
    with services().sessions.begin() as db:
        record_feedback(db, ref, access.asker(), services().now(), useful=useful, reason=reason, comment=comment, search_id=search_id)
    thanks = gettext("谢谢，已记下")
    if wants_json():
        return jsonify(message=thanks)
    flash(thanks)
    return _back_to(request.form.get("next", ""))


def action() -> Response:
    """Log that a hit was opened or copied; copying what may not be said today is refused with the reason, and not logged."""
    ref, name = _entry_ref(), request.form.get("action", "")
    today = access.context()
    if name == "copy":
        why = refusal(find(ref.entry_id, ref.version, today), catalogue().shown, today)
        if why:
            return problem("not-in-force", 409, why)
    with services().sessions.begin() as db:
        record_action(db, request.form.get("search_id", ""), name, ref, access.asker(), services().now())
    return jsonify(ok=True)


def _entry_ref() -> EntryRef:
    """The entry a form names. Raises NotFoundError for one that does not exist."""
    entry_id, version = params.text(request.form, "entry_id", 200), params.number(request.form, "version", 0, 1, 1_000_000)
    return find(entry_id, version, access.context()).ref


def _back_to(address: str) -> Response:
    """To a page of our own, or to the search page where the address leads anywhere else."""
    return make_response(redirect(params.own_path(address) or url_for("desk.search"), 303))
