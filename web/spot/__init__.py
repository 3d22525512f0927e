"""Spot checks 抽查: drawn at a desk or on the way, recorded on a handheld, with or without a network."""

from flask import Blueprint

from web.spot import checking, listing, starting, words

blueprint = Blueprint("spot", __name__)
for _part in (listing, starting, checking):
    _part.add_to(blueprint)
blueprint.context_processor(words.words)
