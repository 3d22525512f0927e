"""The managers' pages: accuracy by hall, topic, entry and person, honestly compared; and, for everybody, one's own results."""

from flask import Blueprint

from web.manager import absent, assigning, entries, exports, halls, overview, people, pictures, tables, topics, words

blueprint = Blueprint("manager", __name__)
for _part in (overview, absent, halls, topics, entries, people, tables, exports, pictures, assigning):
    _part.add_to(blueprint)
blueprint.context_processor(words.words)
