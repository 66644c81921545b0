"""A small demo town on the database under test."""

import pytest
from flask import Flask

from app.services.demo import TownBuilder
from tests.app.demo.ground import Feed, build, feed, found_units


@pytest.fixture
def town(app: Flask) -> TownBuilder:
    """A small town, built on the database under test."""
    found_units(app)
    return build()


@pytest.fixture
def records(town: TownBuilder) -> Feed:
    """Everything of that town's community."""
    return feed(town.communities[0].id)
