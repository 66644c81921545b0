"""`qiaomen connect`: a district's platform beyond our ladder."""

import os
import sys
from datetime import UTC, datetime

import click
from flask import Flask

from app.channels.calling import Unanswered
from app.channels.webhook_signature import BadSecret
from app.config import ALLOWED_NETWORKS, Config
from app.services import connecting
from app.services.connecting import Platform

KEY = "QIAOMEN_CONNECTOR_SECRET"
SHOWN = 100
"""So many of a platform's services are listed; a city may have hundreds."""


@click.command()
@click.argument("district_code", required=False)
@click.option("--open311", "open311", metavar="URL", help="Where its Open311 GeoReport v2 begins.")
@click.option("--webhook", "webhook", metavar="URL", help="Where it takes signed webhooks.")
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
    open311: str | None,
    webhook: str | None,
    jurisdiction: str | None,
    name: str,
    service: str | None,
    categories: tuple[tuple[str, str], ...],
    stop: bool,
    listing: bool,
) -> None:
    """Hand the cases that reach a district to its platform, and take the platform's progress back.

    The platform's API key, or the whsec_ secret of its webhooks, is read from QIAOMEN_CONNECTOR_SECRET, or
    else from the standard input. Run it again to change anything; what failed before is then tried again.
    """
    with app.app_context():
        if listing:
            _list_all(app)
        elif district_code and stop:
            _stop(district_code)
        elif district_code and open311 and service and not webhook:
            services = {"": service, **dict(categories)}
            platform = Platform(connecting.OPEN311, open311, name, jurisdiction, services)
            _connect(app.extensions["qiaomen"], district_code, platform)
        elif district_code and webhook and not (open311 or service or categories or jurisdiction):
            platform = Platform(connecting.WEBHOOK, webhook, name)
            id_ = _connect(app.extensions["qiaomen"], district_code, platform)
            click.echo(f"What it has to say of them it posts to {_hook(app, id_)}")
        else:
            raise click.UsageError(
                "say DISTRICT_CODE with --open311 and --service, or with --webhook alone, or --list"
            )


def _connect(config: Config, code: str, platform: Platform) -> str:
    key = os.environ.get(KEY) or sys.stdin.readline().strip()
    if not key:
        raise click.ClickException(f"Nothing was changed: there is no key in {KEY} or the input.")
    secret, networks = config.keys.secret, config.allowed_networks
    try:
        id_ = connecting.connect(code, platform, key, secret, networks, datetime.now(UTC))
    except connecting.NoSuchDistrict as error:
        raise click.ClickException(f"Nothing was changed: there is no district {code}.") from error
    except connecting.BadAddress as error:
        words = (
            f"Nothing was changed: {platform.url} is neither https to a public host name nor within"
            f" {ALLOWED_NETWORKS}."
        )
        raise click.ClickException(words) from error
    except BadSecret as error:
        words = "Nothing was changed: the key is not whsec_ and 24 to 64 bytes in base64."
        raise click.ClickException(words) from error
    except connecting.UnknownServices as error:
        raise click.ClickException(_unknown(error)) from error
    except Unanswered as error:
        words = (
            f"Nothing was changed: {platform.url} did not tell its services ({error}). Check the address"
            " and --jurisdiction, and whether this server may reach it; then run the command again."
        )
        raise click.ClickException(words) from error
    click.echo(f"{code} hands its cases to {platform.name} from now on.")
    return id_


def _unknown(error: connecting.UnknownServices) -> str:
    head = f"Nothing was changed: the platform has no service {', '.join(error.codes)}. It has:"
    known = sorted(error.known.items())
    listed = [_printable(f"  {code}  {name}") for code, name in known[:SHOWN]]
    rest = len(known) - SHOWN
    more = [f"  … and {rest} more."] if rest > 0 else []
    return "\n".join([head, *(listed or ["  none."]), *more])


def _printable(said: str) -> str:
    """The words of somebody else's server, with nothing in them that a terminal obeys."""
    return "".join(one for one in said if one.isprintable())


def _stop(code: str) -> None:
    try:
        connecting.stop(code, datetime.now(UTC))
    except connecting.NoSuchDistrict as error:
        raise click.ClickException(f"Nothing was changed: {code} is not connected.") from error
    click.echo(f"{code} hands nothing over any more.")


def _list_all(app: Flask) -> None:
    connectors = connecting.connectors()
    if not connectors:
        click.echo("No district is connected to a platform.")
    for line in connectors:
        because = f": {line.stopped_because}" if line.stopped_because else ""
        stopped = f"  stopped {line.stopped_at:%Y-%m-%d %H:%M} UTC" if line.stopped_at else ""
        states = ", ".join(f"{count} {state}" for state, count in sorted(line.states.items()))
        heard = f"  heard at {_hook(app, line.id)}" if line.kind == connecting.WEBHOOK else ""
        said = (
            f"{line.code}  {line.kind}  {line.name}  {line.url}  key ****{heard}{stopped}{because}"
        )
        click.echo(f"{said}  {states or 'nothing handed over yet'}")


def _hook(app: Flask, connector_id: str) -> str:
    """Where the platform's own webhooks go."""
    config: Config = app.extensions["qiaomen"]
    return f"{config.url or ''}/api/v1/hooks/{connector_id}"
