"""Signing in and out, and one's own password."""

from flask import Blueprint

from web.account import password, signing

blueprint = Blueprint("account", __name__)
for _part in (signing, password):
    _part.add_to(blueprint)
