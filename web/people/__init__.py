"""The people of the branch: who works where, their accounts, the organisation, and rosters imported."""

from flask import Blueprint

from web.people import importing, listing, organisation, person, slips, words

blueprint = Blueprint("people", __name__)
for _part in (listing, person, organisation, importing, slips):
    _part.add_to(blueprint)
blueprint.context_processor(words.words)
