"""`qiaomen connect`: a district's platform beyond our ladder."""

import os
import sys
from datetime import UTC, datetime

import click
from flask import Flask

from app.config import Config
from app.services import connecting

KEY = "QIAOMEN_CONNECTOR_SECRET"


@click.command()
@click.argument("district_code", required=False)
@click.option("--open311", "url", metavar="URL", help="Where its Open311 GeoReport v2 begins.")
@click.option("--jurisdiction", metavar="ID", help="Its jurisdiction_id, if it serves several.")
@click.option("--name", default="民呼我应", show_default=True, help="How it signs on timelines.")
@click.option(
    "--service", metavar="CODE", help="Its service_code for whatever has none of its own."
)
@click.option(
    "--category",
    "categories",
    type=(str, str),
    metavar="CATEGORY CODE",
    multiple=True,
    help="Its service_code for a category, such as 给排水. May be repeated.",
)
@click.option("--stop", is_flag=True, help="Hand nothing over to it any more.")
@click.option("--list", "listing", is_flag=True, help="List all connectors and how they get on.")
@click.pass_obj
def connect(
    app: Flask,
    district_code: str | None,
    url: str | None,
    jurisdiction: str | None,
    name: str,
    service: str | None,
    categories: tuple[tuple[str, str], ...],
    stop: bool,
    listing: bool,
) -> None:
    """Hand the cases that reach a district to its platform, and take the platform's progress back.

    The platform's API key is read from QIAOMEN_CONNECTOR_SECRET, or else from the standard input. Run it
    again to change anything; what failed before is then tried again.
    """
    with app.app_context():
        if listing:
            _list_all()
        elif district_code and stop:
            _stop(district_code)
        elif district_code and url and service:
            platform = connecting.Platform(
                url, name, jurisdiction, {"": service, **dict(categories)}
            )
            _connect(app.extensions["qiaomen"], district_code, platform)
        else:
            raise click.UsageError("say DISTRICT_CODE with --open311 and --service, or --list")


def _connect(config: Config, code: str, platform: connecting.Platform) -> None:
    key = os.environ.get(KEY) or sys.stdin.readline().strip()
    if not key:
        raise click.ClickException(
            f"Nothing was changed: there is no API key in {KEY} or the input."
        )
    try:
        connecting.connect(code, platform, key, config.keys.secret, config.push_to_loopback)
    except connecting.NoSuchDistrict as error:
        raise click.ClickException(f"Nothing was changed: there is no district {code}.") from error
    except connecting.BadAddress as error:
        words = f"Nothing was changed: {platform.url} is not https to a public host name."
        raise click.ClickException(words) from error
    click.echo(f"{code} hands its cases to {platform.name} from now on.")


def _stop(code: str) -> None:
    try:
        connecting.stop(code, datetime.now(UTC))
    except connecting.NoSuchDistrict as error:
        raise click.ClickException(f"Nothing was changed: {code} is not connected.") from error
    click.echo(f"{code} hands nothing over any more.")


def _list_all() -> None:
    for line in connecting.connectors():
        stopped = f"  stopped {line.stopped_at:%Y-%m-%d %H:%M} UTC" if line.stopped_at else ""
        states = ", ".join(f"{count} {state}" for state, count in sorted(line.states.items()))
        said = f"{line.code}  {line.kind}  {line.name}  {line.url}  key ****{stopped}"
        click.echo(f"{said}  {states or 'nothing handed over yet'}")
