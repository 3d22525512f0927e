from dataclasses import replace

from kb.authoring.withdrawals import withdraw
from kb.config import Settings
from kb.db import open_engine, open_sessions, upgrade
from kb.entry import Context
from kb.masking import masked_library
from kb.printing.cards import make_cards
from kb.scripts.cards import _withdrawn
from tests.builders import NOW, TODAY
from tests.kb.conftest import small_library


def test_what_is_withdrawn_is_not_printed(tmp_path):
    settings = replace(Settings(), database_url=f"sqlite:///{tmp_path / 'hallwise.db'}")
    assert _withdrawn(settings) == frozenset()
    assert not (tmp_path / "hallwise.db").exists()
    engine = open_engine(settings.database_url)
    upgrade(engine)
    with open_sessions(engine).begin() as session:
        withdraw(session, "tariff-59", "写错了", "AL1", NOW)
    engine.dispose()
    library = masked_library(small_library(), _withdrawn(settings))
    cards = make_cards(library, Context(TODAY), (), None)
    assert "tariff-59" not in {card.id if hasattr(card, "id") else card.title for card in cards}
    assert "59元" not in repr(cards)
