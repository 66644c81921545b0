"""`qiaomen suspend`, `reinstate`, `devices`, `revoke`: who is shut out, and with which phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import click
from flask import Flask

from app.services import suspending


@click.command()
@click.argument("username")
@click.pass_obj
def suspend(app: Flask, username: str) -> None:
    """Shut an account out from now on.

    What its phones wrote before still arrives, and waits for who leads the compound or the community to
    accept or refuse it; what they write from now on is kept and rejected.
    """
    with known(app, "account"):
        since = suspending.suspend(username, datetime.now(UTC))
    click.echo(f"{username} is suspended since {since:%Y-%m-%d %H:%M:%S} UTC.")


@click.command()
@click.argument("username")
@click.pass_obj
def reinstate(app: Flask, username: str) -> None:
    """Let a suspended account in again. What was quarantined still waits for its decision."""
    with known(app, "account"):
        was_suspended = suspending.reinstate(username)
    click.echo(
        f"{username} may sign in again." if was_suspended else f"{username} was not suspended."
    )


@click.command()
@click.argument("username")
@click.pass_obj
def devices(app: Flask, username: str) -> None:
    """List somebody's devices, the one last signed in first."""
    with known(app, "account"):
        lines = suspending.devices(username)
    if not lines:
        click.echo(f"{username} has signed in on no device yet.")
    for line in lines:
        said = f"{line.id}  {line.platform or '-'}  signed in {line.signed_in_at:%Y-%m-%d %H:%M}"
        sent = f", sent {line.last_contact_at:%Y-%m-%d %H:%M}" if line.last_contact_at else ""
        revoked = f", revoked {line.revoked_at:%Y-%m-%d %H:%M}" if line.revoked_at else ""
        click.echo(f"{said}{sent}{revoked} (UTC)")


@click.command()
@click.argument("device_id", metavar="DEVICE_ID", type=click.UUID)
@click.pass_obj
def revoke(app: Flask, device_id: UUID) -> None:
    """Shut out a phone that was lost, for good. `qiaomen devices` tells its id.

    When it next reaches the server it hands over, encrypted, what it had not sent, and wipes that
    person's records. Its owner can go on with another phone.
    """
    with known(app, "device"):
        since = suspending.revoke(str(device_id), datetime.now(UTC))
    click.echo(f"Device {device_id} is revoked since {since:%Y-%m-%d %H:%M:%S} UTC.")


@contextmanager
def known(app: Flask, what: str) -> Iterator[None]:
    """Say that there is none of what was asked for."""
    try:
        with app.app_context():
            yield
    except suspending.NoSuchOne as error:
        words = f"Nothing was changed: there is no {what} {error.detail}."
        raise click.ClickException(words) from error
