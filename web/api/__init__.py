"""The JSON API: search and entries, described by /api/v1/openapi.json."""

from flask import Blueprint

from web.api import views

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
views.add_to(blueprint)
