"""One statement says who asks and where the feeds of all that they may see stand, at every request anew."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.extensions import writing
from app.models import FeedCounter, FeedHorizon, Membership, Person
from app.routes.access import COOKIE
from app.services.recognising import recognise
from app.store import SqlStore
from sync.agreement import places_of
from sync.scene import Author
from sync.store import REFERENCE, Feed
from tests.app.conftest import Somebody
from tests.app.test_whistle import answer, person, whistle
from tests.town import community_of, id_of


def recognised(somebody: Somebody) -> Author:
    """Who the server takes the sender of this app's next request for."""
    secret = somebody.client.application.extensions["qiaomen"].keys.secret
    cookie = somebody.client.get_cookie(COOKIE)
    assert cookie
    return recognise(cookie.value, secret, datetime.now(UTC))


def asked(author: Author) -> Feed:
    """Where the feeds of their scope stand, asked by itself."""
    paths = author.scope.community_paths
    return SqlStore().feed([REFERENCE, *paths], places_of(author.scope, paths))


def serve_at(name: str, unit: str, role: str) -> None:
    """Give somebody one more post."""
    with writing() as session:
        session.add(Membership(unit_id=id_of(unit), person_id=id_of(name), role=role))


@pytest.fixture
def busy(town: Flask) -> Flask:
    """A town in which departures of a community have been forgotten, and another's feed has begun."""
    horizon = {"community_id": community_of("garden-1"), "version": 7}
    begun = {"community_id": community_of("next-yard-1"), "version": 3}
    with writing() as session:
        session.merge(FeedHorizon(**horizon))
        session.merge(FeedCounter(**begun))
    return town


@pytest.mark.usefixtures("busy")
def test_who_asks_comes_with_where_the_feeds_of_all_their_places_stand(somebody: Any) -> None:
    serve_at("worker", "next-yard-1", "grid_worker")
    scopes = {"worker": 2, "secretary": 1, "community-secretary": 1, "stranger": 1}
    for name, territories in scopes.items():
        author = recognised(somebody(name))
        assert author.standing == asked(author), name
        assert len(author.standing.tallies) == territories, name


@pytest.mark.usefixtures("busy")
def test_a_case_somebody_is_called_to_is_counted_among_their_places_until_they_decline(
    somebody: Any,
) -> None:
    leader, helper = somebody("secretary"), somebody("harbour-worker")
    whistle(leader, person("harbour-worker"))
    called = recognised(helper)
    assert len(called.scope.territories) == 2
    assert called.standing == asked(called)
    answer(helper, "declined")
    assert len(recognised(helper).scope.territories) == 1


@pytest.mark.usefixtures("busy")
def test_above_the_community_the_feeds_are_asked_by_themselves(somebody: Any) -> None:
    serve_at("officer", "garden-1", "grid_worker")
    assert recognised(somebody("officer")).standing is None


def test_what_changed_since_the_last_request_is_noticed_by_the_next(somebody: Any) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    before = recognised(worker)
    assert recognised(worker) == before
    count = mate.sync()["check"][0]["count"]
    whistle(somebody("secretary"), person("lawyer"))
    assert worker.sync()["check"][0]["count"] == count + 3
    with writing() as session:
        session.execute(update(Person).where(Person.id == id_of("worker")).values(name="王敏"))
    assert recognised(worker).name == "王敏"
