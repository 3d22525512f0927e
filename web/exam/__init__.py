"""Sitting exams: what there is to sit, the paper, saving, handing in, and the result."""

from flask import Blueprint

from web.exam import mine, paper, result, saving

blueprint = Blueprint("exam", __name__)
for _part in (mine, paper, saving, result):
    _part.add_to(blueprint)
