"""One thing, one name: tables, wire and the published document agree."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import convert, to_builtins

from app.openapi import document
from app.schemas.mutations import ARGS, DwellingChanges, ResidentChanges, VisitChanges
from app.schemas.records import VALUES
from app.windows import TABLES, value_columns
from sync.judging import HANDLERS
from sync.merge import POLICIES, SERVER
from sync.records import TYPES

PUBLISHED = Path(__file__).parent.parent.parent / "pwa" / "openapi.json"


def test_every_type_of_the_engine_has_a_table() -> None:
    assert tuple(TABLES) == TYPES


@pytest.mark.parametrize("type_", TYPES)
def test_a_records_columns_are_the_fields_of_the_wire(type_: str) -> None:
    columns = {column.name for column in value_columns(TABLES[type_])}
    assert columns == set(VALUES[type_].__struct_fields__)


@pytest.mark.parametrize("type_", POLICIES)
def test_every_field_of_an_editable_record_has_a_policy_and_may_be_sent_unless_it_is_the_servers(
    type_: str,
) -> None:
    changes = {"visit": VisitChanges, "dwelling": DwellingChanges, "resident": ResidentChanges}
    assert set(POLICIES[type_]) == set(VALUES[type_].__struct_fields__)
    editable = {field for field, policy in POLICIES[type_].items() if policy != SERVER}
    assert editable == set(changes[type_].__struct_fields__)


def test_every_mutation_the_engine_takes_has_arguments_and_the_other_way_round() -> None:
    assert set(ARGS) == set(HANDLERS)


def test_everybody_met_at_the_door_of_a_dormitory_is_named_at_once() -> None:
    met = [str(UUID(int=number)) for number in range(100)]
    visit = {"id": met[0], "kind": "routine", "occurred_at": "2026-11-30T02:00:00.000Z"}
    assert to_builtins(convert({**visit, "met": met}, ARGS["visit.record"]))["met"] == met
    assert convert({"met": met}, VisitChanges).met == met


def test_the_document_the_phone_is_built_from_is_the_servers() -> None:
    assert json.loads(PUBLISHED.read_text("utf-8")) == document(), (
        "run: qiaomen openapi --out pwa/openapi.json"
    )
