"""The pages of the front desk: search, entries, browsing, one's own post."""

from flask import Blueprint

from web.desk import browsing, entries, forms, printing, searching

blueprint = Blueprint("desk", __name__)
for _part in (searching, entries, browsing, forms, printing):
    _part.add_to(blueprint)
