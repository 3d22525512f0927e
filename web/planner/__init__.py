"""The trainer's exams: drawn, previewed, edited, scheduled, watched, marked, released, mended."""

from flask import Blueprint

from web.planner import building, formview, listing, marking, regrading, scheduling, watching, words

blueprint = Blueprint("planner", __name__)
for _part in (listing, building, formview, scheduling, watching, marking, regrading):
    _part.add_to(blueprint)
blueprint.context_processor(words.words)
