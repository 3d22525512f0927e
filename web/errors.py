"""What goes wrong, as an answer: one table from an error's code to its HTTP status, one page, one JSON shape."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from kb.errors import AppError
from web.i18n import gettext, page_language

_log = logging.getLogger(__name__)

STATUS: dict[str, int] = {
    "query-too-long": 400,
    "bad-parameter": 400,
    "not-found": 404,
    "entry-missing": 404,
    "employee-missing": 404,
    "signed-out": 401,
    "not-allowed": 403,
    "sign-in-failed": 400,
    "sign-in-locked": 429,
    "password-short": 400,
    "password-long": 400,
    "password-guessable": 400,
    "number-bad": 400,
    "number-taken": 409,
    "name-bad": 400,
    "day-far": 400,
    "needs-hall": 400,
    "last-admin": 409,
    "employee-gone": 409,
    "unit-missing": 400,
    "unit-closed": 409,
    "unit-occupied": 409,
    "unit-taken": 409,
    "unit-code-taken": 409,
    "unit-name-bad": 400,
    "unit-code-bad": 400,
    "unit-place-bad": 400,
    "upload-missing": 404,
    "upload-none": 400,
    "roster-headless": 400,
    "practice-missing": 404,
    "practice-waits": 409,
    "practice-changed": 409,
    "practice-answer": 400,
    "practice-no-unit": 409,
    "answer-order": 400,
    "question-missing": 404,
    "question-state": 409,
    "question-changed": 409,
    "question-unbound": 409,
    "question-not-in-force": 409,
    "question-unsound": 409,
    "question-outdated": 409,
    "file-empty": 400,
    "file-too-large": 400,
    "file-encoding": 400,
    "zip-damaged": 400,
    "xml-damaged": 400,
    "import-foreign": 400,
    "import-many": 400,
    "sheet-empty": 400,
    "sheet-locked": 400,
    "sheet-unreadable": 400,
    "sheet-foreign": 400,
    "sheet-wide": 400,
    "sheet-line": 400,
    "sheet-columns": 400,
    "cell-too-long": 400,
    "not-in-force": 409,
    "draft-missing": 404,
    "draft-unreadable": 400,
    "draft-open": 409,
    "draft-changed": 409,
    "draft-state": 409,
    "draft-reason": 400,
    "draft-remark": 400,
    "draft-too-large": 413,
    "draft-faulty": 409,
    "draft-id-changed": 409,
    "draft-not-approved": 409,
    "review-own": 403,
    "bad-id": 400,
    "entry-id-taken": 409,
    "file-changed-outside": 409,
    "file-gone": 409,
    "file-taken": 409,
    "publish-nothing": 409,
    "reviewed-today": 409,
    "authoring-off": 503,
    "collection-foreign": 400,
    "collection-unreadable": 400,
    "collection-empty": 400,
    "collection-many": 400,
    "publish-interrupted": 409,
    "publish-unfinished": 503,
    "disk": 503,
    "index-busy": 503,
    "withdrawn-already": 409,
    "withdrawal-missing": 404,
    "withdrawal-reason": 400,
    "entry-withdrawn": 410,
    "announcement-missing": 404,
    "announcement-text": 400,
    "announcement-foreign": 403,
    "gap-phrasings": 400,
    "index-missing": 503,
    "index-damaged": 503,
    "index-foreign": 503,
    "model-missing": 503,
    "database": 503,
    "database-behind": 503,
    "exam-missing": 404,
    "exam-title": 400,
    "exam-minutes": 400,
    "exam-pass-mark": 400,
    "exam-per-page": 400,
    "exam-forms": 400,
    "exam-revisions": 400,
    "exam-window": 400,
    "exam-audience": 400,
    "exam-begun": 409,
    "exam-started": 409,
    "exam-cancelled": 409,
    "exam-still-open": 409,
    "exam-not-open": 409,
    "exam-closed": 409,
    "exam-no-hall": 409,
    "exam-not-started": 409,
    "exam-submitted": 409,
    "exam-over": 409,
    "attempt-foreign": 403,
    "clicks-malformed": 400,
    "clicks-number": 400,
    "click-unknown": 400,
    "click-no-question": 400,
    "click-wrong-form": 400,
    "spot-missing": 404,
    "spot-foreign": 403,
    "spot-own-district": 403,
    "spot-hall": 400,
    "spot-numbers": 400,
    "spot-no-staff": 409,
    "spot-no-questions": 409,
    "spot-message-bad": 400,
    "spot-answer-bad": 400,
    "spot-clerk-unknown": 400,
    "spot-question-unknown": 400,
    "mark-credit": 400,
    "mark-missing": 404,
    "mark-done": 409,
    "mark-not-by-hand": 409,
    "regrade-missing": 404,
    "regrade-remedy": 400,
    "regrade-why": 400,
    "regrade-open": 409,
    "regrade-running": 409,
    "exam-stale": 409,
    "exam-not-draft": 409,
    "exam-month": 400,
    "exam-place": 404,
    "exam-candidate": 409,
    "exam-blueprint": 409,
    "report-unit": 404,
    "report-range": 400,
    "report-plot": 404,
    "report-table": 404,
    "report-paper": 404,
    "report-question": 404,
    "report-sealed": 409,
    "font-missing": 503,
    "assign-day": 400,
    "assign-topic": 400,
    "assign-nobody": 400,
    "assign-many": 400,
}


def register(app: Flask) -> None:
    """Answer every failure with a page, or with JSON where a program asked."""
    app.register_error_handler(AppError, on_app_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_surprise)


def said(error: AppError) -> str:
    """The sentence of an error in the language of the page."""
    return error.text(page_language())


def wants_json() -> bool:
    """Whether a program asked: the API, or a script of our own pages."""
    return request.path.startswith("/api/") or request.headers.get("X-Requested-With") == "fetch"


def problem(code: str, status: int, message: str) -> Response:
    """A failure as HTML page or as `{"error": {"code", "message"}}`."""
    if wants_json():
        response = jsonify(error={"code": code, "message": message})
    else:
        response = make_response(render_template("error.html", code=code, status=status, message=message))
    response.status_code = status
    return response


def on_app_error(error: AppError) -> Response:
    """An expected failure, with the status of its code."""
    status = STATUS.get(error.code, 500)
    if status >= 500:
        _log.error("%s: %s", error.code, error.text("en"))
    return problem(error.code, status, said(error))


def on_csrf_error(_error: CSRFError) -> Response:
    """A form without a valid token: an old page, or somebody else's."""
    return problem("csrf", 400, gettext("页面已过期，请刷新后再试；填写的内容可先复制下来"))


def on_http_error(error: HTTPException) -> Response:
    """A failure of the protocol, in our words, keeping headers such as Allow."""
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    code, message = _http_words(status)
    response = problem(code, status, message)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _http_words(status: int) -> tuple[str, str]:
    known = {
        404: ("not-found", gettext("没有这个页面，请检查网址，或回到搜索")),
        405: ("method-not-allowed", gettext("这个地址不能这样访问")),
        413: ("too-large", gettext("提交的内容太大")),
        500: ("internal", gettext("程序出了意外的错误，已经记录。请稍后再试，或告诉管理员")),
    }
    return known.get(status, ("bad-request" if status < 500 else "internal", gettext("请求有误，请返回重试")))


def on_surprise(error: Exception) -> Response:
    """Anything unforeseen: logged with its trace, shown without it."""
    _log.error("unexpected failure on %s %s", request.method, request.path, exc_info=error)
    return problem("internal", 500, _http_words(500)[1])
