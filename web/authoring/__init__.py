"""Writing entries and taking them out: the trainer's pages about the knowledge base itself."""

from flask import Blueprint

from web.authoring import carrying, checking, collecting, editing, listing, merging, outcomes, preview, reviewing, versions, withdrawing, words

blueprint = Blueprint("authoring", __name__)
for _part in (withdrawing, listing, editing, preview, checking, merging, reviewing, outcomes, versions, collecting, carrying):
    _part.add_to(blueprint)
blueprint.context_processor(words.words)
