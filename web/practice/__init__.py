"""Practice: today's five questions, their explanations, and the notebook of mistakes."""

from flask import Blueprint

from web.practice import asking, overview

blueprint = Blueprint("practice", __name__)
for _part in (overview, asking):
    _part.add_to(blueprint)
