"""A demo town is made up, but keeps every rule that a real one keeps."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.config import Config
from app.extensions import db, reading, writing
from app.keys import load_or_make_keys
from app.models import REFERENCE, DutyShift, FeedCounter, Person, Unit
from app.schemas.records import VALUES
from app.schemas.shapes import load
from app.services.demo import SIZES, CannotBuild, Size, TownBuilder
from app.services.demo.plan import share
from app.store import SqlStore
from sync.deadlines import CHINA
from sync.scene import Author
from sync.scope import Post
from tests.app.demo.ground import (
    MIDNIGHT,
    SMALL,
    TODAY,
    Feed,
    build,
    everything,
    feed,
    found_units,
    posts,
    units,
)
from tests.phone import Phone
from tests.town import PASSWORD_HASH, id_of


@contextmanager
def server(database_url: str, folder: Path) -> Iterator[None]:
    """A second server, its context pushed."""
    app = create_app(Config(folder, database_url, load_or_make_keys(folder / "keys")))
    with app.app_context():
        found_units(app)
        yield
        db.engine.dispose()


def test_one_seed_gives_the_same_rows_on_every_database(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    with server(sqlite_url, tmp_path):
        build()
        on_sqlite = everything()
    with server(postgresql_url, tmp_path):
        build()
        assert everything() == on_sqlite
    assert len(on_sqlite["case_event"]) > 200


def test_another_seed_gives_other_people(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    towns = []
    for seed, url in enumerate((sqlite_url, postgresql_url)):
        with server(url, tmp_path):
            towns.append({account.username for account in build(seed=seed).accounts})
    assert len(towns[0] & towns[1]) < len(towns[0]) / 2


def test_the_versions_of_a_community_count_its_records_without_a_gap(records: Feed) -> None:
    versions = [record["version"] for by_id in records.values() for record in by_id.values()]
    assert sorted(versions) == list(range(1, len(versions) + 1))
    with reading() as session:
        counters = {row.community_id: row.version for row in session.scalars(select(FeedCounter))}
        reference = [
            *session.scalars(select(Unit.version)),
            *session.scalars(select(Person.version)),
        ]
    assert counters == {id_of("1111"): len(versions), REFERENCE: len(reference)}
    assert sorted(reference) == list(range(1, len(reference) + 1))


def test_l9_everybody_of_a_town_holds_what_its_tallies_say(records: Feed) -> None:
    one_of_each = {(role, found.level): (person, found, role) for person, found, role in served()}
    held = {}
    for person_id, unit, role in one_of_each.values():
        post = Post(unit.level, role, tuple(unit.path.split("/")))
        phone = Phone(SqlStore(), Author(person_id, role, person_id, "", (post,)))
        phone.sync()
        held[role] = [line["count"] for line in phone.page().check]
        assert len(held[role]) == post.member
    assert held["grid_worker"] > [0]
    assert held["community_secretary"] == [sum(map(len, records.values()))]


def served() -> list[tuple[str, Unit, str]]:
    by_id = units()
    return [(person_id, by_id[unit_id], role) for person_id, unit_id, role in posts()]


def test_every_record_is_as_the_wire_wants_it(records: Feed) -> None:
    for type_, by_id in records.items():
        shape = VALUES[type_]
        for record in by_id.values():
            load(shape, {name: record[name] for name in shape.__struct_fields__})


def test_compounds_and_grids_are_numbered_below_the_community(town: TownBuilder) -> None:
    found = {unit.code: unit for unit in units().values()}
    compounds, grids = (sorted(code for code in found if len(code) == long) for long in (6, 8))
    assert [town.communities[0].code + number for number in ("01", "02", "03")] == compounds
    assert grids == ["11110101", "11110201", "11110202", "11110301", "11110302"]
    assert found["111101"].name == "友谊街小区"
    assert found["11110101"].name == "友谊街小区第1网格"
    assert found["11110202"].path.endswith(f"{found['111102'].id}/{found['11110202'].id}")


def test_every_record_lies_where_what_it_belongs_to_lies(records: Feed) -> None:
    by_id = units()
    above = {"dwelling": "building", "resident": "dwelling", "case_event": "case"}
    for type_, found in records.items():
        for record in found.values():
            grid = by_id[record["grid_id"]]
            assert (grid.level, grid.parent_id) == ("grid", record["compound_id"])
            assert grid.community_id == id_of("1111")
            if type_ in above:
                owner = records[above[type_]][record[f"{above[type_]}_id"]]
                assert owner["grid_id"] == record["grid_id"]


def test_a_visit_meets_people_of_the_dwelling_and_comes_from_the_grids_team(
    records: Feed,
) -> None:
    serving = posts()
    for visit in records["visit"].values():
        met = [records["resident"][id_] for id_ in visit["met"]]
        assert {one["dwelling_id"] for one in met} <= {visit["dwelling_id"]}
        assert {(visit["visitor_id"], visit["grid_id"], role) for role in GRID_TEAM} & serving
        assert (visit["dwelling_id"] is None) == (visit["place"] is not None)
        assert "{" not in visit["summary"]
        assert visit["summary"]
        assert visit["occurred_at"] <= visit["received_at"] <= MIDNIGHT


GRID_TEAM = ("grid_leader", "grid_worker")


def test_care_needs_are_kept_only_with_a_date_of_consent(records: Feed) -> None:
    residents = records["resident"].values()
    in_need = [one for one in residents if one["care_needs"]]
    assert in_need
    assert all((one["consented_on"] is not None) == bool(one["care_needs"]) for one in residents)


def test_there_is_an_account_for_every_role_with_a_name_of_its_own(town: TownBuilder) -> None:
    roles = Counter(account.role for account in town.accounts)
    assert roles == {
        "admin": 1,
        "auditor": 1,
        "district_officer": 1,
        "street_officer": 1,
        "community_secretary": 1,
        "community_worker": 2,
        "responder": 3,
        "branch_secretary": 3,
        "grid_leader": 5,
        "grid_worker": 10,
    }
    names = [account.username for account in town.accounts]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name[-1].isdigit() for name in names)


def test_people_are_at_home_in_their_community_or_in_their_unit_above_it(town: TownBuilder) -> None:
    with reading() as session:
        home_of = {one.username: one.home_id for one in session.scalars(select(Person))}
    homes = {account.role: home_of[account.username] for account in town.accounts}
    assert homes["grid_worker"] == homes["community_secretary"] == id_of("1111")
    assert homes["street_officer"] == id_of("111")
    assert homes["admin"] == id_of("1")


def test_a_demo_is_never_mixed_into_a_community_that_has_compounds(town: TownBuilder) -> None:
    before = everything()
    with pytest.raises(CannotBuild, match="already has compounds"):
        build()
    with pytest.raises(CannotBuild, match="already has compounds"):
        town.settle(town.communities[0])
    assert everything() == before


def test_a_second_community_gets_other_user_names(town: TownBuilder) -> None:
    second = TownBuilder("1112", SMALL, 1, TODAY, PASSWORD_HASH)
    second.settle(second.communities[0])
    names = [account.username for account in (*town.accounts, *second.accounts)]
    assert len(set(names)) == len(names)


def test_a_street_is_settled_whole_with_one_officer(app: Flask) -> None:
    found_units(app)
    town = build(Size("street", 8, Fraction(1), Fraction(1), dwellings=4, cases=10))
    assert [community.code for community in town.communities] == ["1111", "1112", "1113"]
    assert [account.role for account in town.accounts].count("street_officer") == 1
    with reading() as session:
        names = list(session.scalars(select(Unit.name).where(Unit.level == "compound")))
    assert sorted(names) == sorted(["友谊街小区", "建昌街小区", "李家疃村小区"])
    assert {case["reached"] for case in feed(id_of("1112"))["case"].values()} <= {1, 2, 3, 4, 5}


def test_a_city_has_the_compounds_and_grids_of_yantai() -> None:
    city = SIZES["city"]
    of_all = range(city.communities)
    assert sum(share(city.compounds, index) for index in of_all) == 2789
    assert sum(share(city.grids, index) for index in of_all) == 5158
    assert 5158 * (city.workers + 1) == 25_790
    assert 1.59e6 < 5158 * city.dwellings < 1.61e6
    assert 4.7e6 < 5158 * city.residents < 4.9e6


def test_in_a_city_only_communities_of_streets_are_settled(app: Flask) -> None:
    found_units(app)
    with writing() as session:
        session.execute(Unit.__table__.update().where(Unit.code == "111").values(name="向阳镇"))
    with pytest.raises(CannotBuild, match="lies in a town"):
        TownBuilder("1111", SIZES["city"], 1, TODAY, PASSWORD_HASH)


@pytest.mark.usefixtures("town")
def test_each_grids_team_takes_turns_on_duty_in_the_weeks_to_come() -> None:
    with reading() as session:
        shifts = session.scalars(select(DutyShift).order_by(DutyShift.starts_at)).all()
    grids = {unit.id for unit in units().values() if unit.level == "grid"}
    members = {(person, unit) for person, unit, _ in posts() if unit in grids}
    assert {(one.person_id, one.unit_id) for one in shifts} == members
    assert {one.kind for one in shifts} == {"duty", "after_hours"}
    china = [one.starts_at.astimezone(CHINA).date() for one in shifts]
    assert (china[0], china[-1]) == (TODAY, TODAY + timedelta(weeks=4))
    of_one = [one for one in shifts if one.unit_id == shifts[0].unit_id]
    assert all(one.ends_at <= after.starts_at for one, after in pairwise(of_one))
