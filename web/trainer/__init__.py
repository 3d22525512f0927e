"""The trainer's desk: the question bank, and what is made of it."""

from flask import Blueprint

from web.trainer import bankedit, bankexport, bankimport, banking, bankquestion, generating, stale, words

blueprint = Blueprint("trainer", __name__)
for _part in (banking, bankquestion, bankedit, stale, bankimport, bankexport, generating):
    _part.add_to(blueprint)
blueprint.context_processor(words.words)
