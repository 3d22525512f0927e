"""Files that a browser keeps under a name, which may be Chinese."""

import re
from urllib.parse import quote

from flask import Response, make_response

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def download(data: bytes, name: str, content_type: str) -> Response:
    """A file to keep, never cached: named as RFC 6266 has it, since a header holds ASCII only and servers refuse others."""
    stem, dot, ending = name.rpartition(".")
    plain = (_PLAIN.sub("-", stem).strip("-") or "file") + dot + ending
    response = make_response(data)
    is_text = content_type.startswith("text/") and ";" not in content_type
    response.headers["Content-Type"] = f"{content_type}; charset=utf-8" if is_text else content_type
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Cache-Control"] = "no-store"
    return response
