"""The tables keep the rules that let a city be spread over machines."""

import pytest
from flask_migrate import check
from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from app.extensions import db

SMALL = {
    "unit", "person", "membership", "device", "session", "sign_in_throttle", "push_subscription",
    "feed_epoch", "former_membership", "notice_counter", "channel", "duty_list", "duty_item",
    "deadline_policy", "connector",
}  # fmt: skip
"""Tables that every node of a city may hold whole."""


def test_every_key_of_a_communitys_table_begins_with_the_community() -> None:
    tables = [t for t in db.metadata.sorted_tables if t.name not in SMALL]
    kinds = (PrimaryKeyConstraint, UniqueConstraint, ForeignKeyConstraint)
    keys = [key for table in tables for key in table.constraints if isinstance(key, kinds)]
    assert len(tables) == 27
    assert [str(key) for key in keys if next(iter(key.columns)).name != "community_id"] == []


@pytest.mark.usefixtures("app")
def test_the_migrations_make_the_tables_of_the_models() -> None:
    check()
