"""`qiaomen move`: somebody serves at another unit from now on."""

from datetime import UTC, datetime

import click
from flask import Flask

from app.services import staffing


@click.command()
@click.argument("username")
@click.argument("from_code")
@click.argument("to_code")
@click.pass_obj
def move(app: Flask, username: str, from_code: str, to_code: str) -> None:
    """Move somebody from one unit to another of the same level, in the same roles.

    Units are named by their codes. What the person wrote on their phone before still arrives where it
    belongs; the phone then drops the old unit's records and fetches the new one's.
    """
    try:
        with app.app_context():
            roles = staffing.move(username, from_code, to_code, datetime.now(UTC))
    except staffing.NoSuchPost as error:
        raise click.ClickException(
            f"Nothing was changed: there is no {error.detail}, or no such post, or the levels differ."
        ) from error
    click.echo(f"{username} now serves at {to_code} as {', '.join(roles)}.")
