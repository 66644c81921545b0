"""`qiaomen demo`: a made-up town to try the app in."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click
from flask import Flask

from app.services.demo import SIZES, Account, CannotBuild, TownBuilder, give_duty_list
from app.services.passwords import hash_chosen, make_password
from sync.deadlines import CHINA

NAMES = {
    "building": "buildings",
    "dwelling": "dwellings",
    "resident": "residents",
    "visit": "visits",
    "case": "cases",
    "person": "accounts",
}
"""What of the built is worth telling, by table."""

YEARS = range(2000, 2101)
"""In which people of all ages can be made up who were born in a year that the app takes."""


def _of_our_times(
    _context: click.Context, _option: click.Parameter, said: datetime | None
) -> datetime | None:
    """The day that was said, if any. Raises BadParameter for one that is far from our times."""
    if said and said.year not in YEARS:
        raise click.BadParameter(f"choose a day of the years {YEARS[0]} to {YEARS[-1]}")
    return said


@click.command()
@click.option(
    "--community",
    default="370602001001",
    show_default=True,
    help="Code of the real community to build below.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same town.")
@click.option("--password", help="For every account. Without it, one is made up and printed.")
@click.option(
    "--size",
    type=click.Choice(list(SIZES)),
    default="community",
    show_default=True,
    help="Build in this community, in its street (at most 8 communities), or in its whole city (495).",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_of_our_times,
    help="The town's year ends the night before. Default: today in China.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print every account and the password as JSON."
)
@click.pass_obj
def demo(
    app: Flask,
    community: str,
    seed: int,
    password: str | None,
    size: str,
    today: datetime | None,
    as_json: bool,
) -> None:
    """Build made-up compounds, homes, people and a year of work below real, imported communities.

    Nothing in it is true: names are made up, and the phone numbers ring nobody's phone.
    """
    password = password or make_password()
    day = (today or datetime.now(CHINA)).date()
    try:
        with app.app_context():
            town = TownBuilder(community, SIZES[size], seed, day, hash_chosen(password))
            with click.progressbar(town.communities, label="Building", file=sys.stderr) as bar:
                for one in bar:
                    town.settle(one)
            give_duty_list(town.communities[0], datetime.now(UTC))
    except CannotBuild as error:
        raise click.ClickException(str(error)) from error
    say = _json if as_json else _table
    click.echo(say(town.accounts, password, town.counts))


def _json(accounts: Sequence[Account], password: str, _counts: Mapping[str, int]) -> str:
    listed = [account._asdict() for account in accounts]
    return json.dumps({"accounts": listed, "password": password}, ensure_ascii=False)


def _table(accounts: Sequence[Account], password: str, counts: Mapping[str, int]) -> str:
    """What was built, and one account of each role."""
    built = ", ".join(f"{counts[table]} {name}" for table, name in NAMES.items())
    by_role: dict[str, Account] = {}
    for account in accounts:
        by_role.setdefault(account.role, account)
    rows = [f"  {one.username:<20} {one.role:<20} {one.unit_name}" for one in by_role.values()]
    return "\n".join([f"Built {built}.", f"Password of every account: {password}", *rows])
