"""`qiaomen demo` builds a town and prints who may sign in."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from app.commands.demo import demo
from app.extensions import reading
from app.models import Case, DutyItem, Person
from app.services.demo import SIZES
from app.services.importing import import_duty_items
from app.services.passwords import matches
from tests.app.demo.ground import SMALL, found_units
from tests.town import PASSWORD


def run(app: Flask, *arguments: str) -> Any:
    return CliRunner().invoke(demo, ["--community", "1111", *arguments], obj=app)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the command build a small town."""
    monkeypatch.setitem(SIZES, "community", SMALL)


@pytest.mark.usefixtures("small")
def test_the_command_prints_its_accounts_as_json(app: Flask) -> None:
    found_units(app)
    result = run(app, "--json", "--password", PASSWORD)
    printed = json.loads(result.stdout)
    assert set(printed) == {"accounts", "password"}
    assert printed["password"] == PASSWORD
    assert len(printed["accounts"]) == 28
    assert set(printed["accounts"][0]) == {"username", "role", "unit_code", "unit_name"}


@pytest.mark.usefixtures("small")
def test_the_command_makes_up_a_password_that_signs_its_people_in(app: Flask) -> None:
    found_units(app)
    result = run(app)
    [line] = [line for line in result.stdout.splitlines() if "Password" in line]
    with reading() as session:
        [password_hash] = session.scalars(select(Person.password_hash).distinct())
        people = session.scalar(select(func.count()).select_from(Person))
    assert matches(password_hash, line.rpartition(" ")[2])
    assert f"{people} accounts" in result.stdout
    assert "社区工作者" not in result.stdout
    assert "community_secretary" in result.stdout


@pytest.mark.usefixtures("small")
def test_every_matter_of_the_demo_is_on_the_sample_list_that_its_city_gets(app: Flask) -> None:
    found_units(app)
    run(app)
    with reading() as session:
        listed = set(session.scalars(select(DutyItem.code)))
        named = set(session.scalars(select(Case.category)))
    assert named
    assert named <= listed


@pytest.mark.usefixtures("small")
def test_a_city_that_has_a_list_keeps_it(app: Flask, tmp_path: Path) -> None:
    found_units(app)
    file = tmp_path / "list.csv"
    file.write_text("编码,大类,事项,牵头部门\n0201,给排水,水管漏水,住建局\n", "utf-8")
    import_duty_items(file, "", datetime.now(UTC))
    run(app)
    with reading() as session:
        assert session.scalars(select(DutyItem.code)).all() == ["0201"]


def test_the_command_says_what_to_do_when_it_cannot_build(app: Flask) -> None:
    empty = run(app)
    found_units(app)
    street = CliRunner().invoke(demo, ["--community", "111"], obj=app)
    assert (empty.exit_code, street.exit_code) == (1, 1)
    assert "There is no unit 1111. Import the units first" in empty.stderr
    assert "向阳街道 (111) is a street. Give the code of a community." in street.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01"])
def test_a_town_of_another_century_is_refused_in_words(app: Flask, day: str) -> None:
    told = run(app, "--today", day)
    assert told.exit_code == 2
    assert "choose a day of the years 2000 to 2100" in told.output
