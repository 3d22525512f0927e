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
    "not-in-force": 409,
    "index-missing": 503,
    "index-damaged": 503,
    "index-foreign": 503,
    "model-missing": 503,
    "database": 503,
    "database-behind": 503,
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
