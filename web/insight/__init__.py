"""The trainer's insight 培训看板: what needs care in questions and entries, what customers ask, and announcements."""

from flask import Blueprint

from web.insight import announcing, drafting, exports, gaps, items, overview, reading, reviews, usage, voice, words

blueprint = Blueprint("insight", __name__)
for _part in (overview, items, gaps, drafting, usage, reviews, voice, announcing, reading, exports):
    _part.add_to(blueprint)
blueprint.context_processor(words.words)
