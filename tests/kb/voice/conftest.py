"""What the tests of customers' voice share."""

import pytest


@pytest.fixture
def session(sessions):
    with sessions() as session:
        yield session
        session.rollback()
