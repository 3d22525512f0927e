"""Writing entries and taking them out: the trainer's pages about the knowledge base itself."""

from flask import Blueprint

from web.authoring import withdrawing

blueprint = Blueprint("authoring", __name__)
for _part in (withdrawing,):
    _part.add_to(blueprint)
