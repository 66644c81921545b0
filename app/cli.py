"""The `qiaomen` command."""

import json
import logging
import os
import sqlite3
from typing import Any, TextIO

import click
from flask import Flask
from flask_migrate import upgrade as run_migrations
from psycopg.errors import (
    InsufficientPrivilege,
    ReadOnlySqlTransaction,
    UndefinedColumn,
    UndefinedTable,
)
from sqlalchemy.exc import DBAPIError

from app import create_app, openapi
from app.commands.accounts import password, people
from app.commands.buildings import buildings
from app.commands.connecting import connect
from app.commands.demo import demo
from app.commands.importing import import_group
from app.commands.regridding import regrid
from app.commands.staffing import move
from app.commands.suspending import devices, reinstate, revoke, suspend
from app.commands.worker import worker
from app.config import Config, SettingWrong
from app.direct import AWAY
from app.keys import KeyUnusable
from app.services import agreeing, syncing
from app.serving import PortTaken
from app.serving import serve as serve_forever

UNUSABLE = (
    *AWAY,
    UndefinedTable,
    UndefinedColumn,
    InsufficientPrivilege,
    ReadOnlySqlTransaction,
)
"""What the drivers say where there is no database, one not brought to this version's tables, or one in
which this user may make no tables or write nothing."""

DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
"""How the names begin of what SQLite says of a file that is broken, or is something else."""


class Commands(click.Group):
    """Commands that say in a sentence why they cannot use the database, without the statement, which quotes
    what it was given of people."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (DBAPIError, sqlite3.DatabaseError, *UNUSABLE) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            damaged = getattr(cause, "sqlite_errorname", "").startswith(DAMAGED)
            if not damaged and not isinstance(cause, UNUSABLE):
                raise
            reason = str(cause).partition("\n")[0]
            raise click.ClickException(
                f"数据库用不了：{reason}。看看它在不在运行、能不能写入，QIAOMEN_DATABASE_URL 写得对不对，"
                "里面的表是不是这个用户的；新的数据库，或刚换了版本，先运行 qiaomen upgrade；"
                "文件坏了，从备份恢复。"
                " The database cannot be used: see that it runs and can be written to, that"
                " QIAOMEN_DATABASE_URL is right, and that its user owns it and its tables;"
                " for a new one, or after an update, run `qiaomen upgrade` first;"
                " bring a damaged file back from a backup."
            ) from error


@click.group(cls=Commands)
@click.pass_context
def main(context: click.Context) -> None:
    """Qiaomen 敲门: the server for grid workers' phones.

    Settings come from the environment: QIAOMEN_DATA_DIR (default ./var), QIAOMEN_DATABASE_URL (default:
    SQLite in the data directory), QIAOMEN_TLS=1 where a proxy in front speaks HTTPS, QIAOMEN_URL where
    phones find the server, for links in messages, QIAOMEN_ALLOWED_NETWORKS for gateways in private
    networks, such as 10.20.0.0/16, QIAOMEN_CONTACT for whom a push service may complain to,
    QIAOMEN_QUIET_HOURS=0 to let normal notices sound at night, QIAOMEN_KEEP_DAYS (default 400) for how long
    it is remembered what left a phone's scope, and for photos in storage that speaks S3
    QIAOMEN_PHOTOS_S3_BUCKET, _ENDPOINT, _REGION, _ACCESS_KEY and _SECRET_KEY.
    """
    # what is written holds people's data, also in a directory that somebody made for everybody to read
    os.umask(0o077)
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        context.obj = create_app(Config.from_environment())
    except (SettingWrong, KeyUnusable) as error:
        raise click.ClickException(str(error)) from error


import_group.add_command(people)
import_group.add_command(buildings)
main.add_command(import_group)
main.add_command(demo)
for command in (password, move, regrid, suspend, reinstate, devices, revoke):
    main.add_command(command)
main.add_command(worker)
main.add_command(connect)


@main.command()
@click.pass_obj
def upgrade(app: Flask) -> None:
    """Bring the database to this version's tables. Safe to run at every start."""
    try:
        with app.app_context():
            run_migrations()
    except SystemExit as error:
        # of a step that is not known here, Flask-Migrate says in the log only that it is not
        raise click.ClickException(
            "这个数据库已由更新的版本升级过：请换用那个版本的程序。"
            " This database was upgraded by a newer qiaomen: run that version."
        ) from error


@main.command()
@click.pass_obj
def restored(app: Flask) -> None:
    """Say that the database was restored from a backup. Run it before phones come back.

    Every phone then fetches a new copy beside its old one and sends again what the backup had not seen.
    """
    with app.app_context():
        agreeing.recount()
        syncing.begin_epoch()
    click.echo("A new epoch has begun: phones will fetch anew and send again what is missing here.")


@main.command()
@click.pass_obj
def recount(app: Flask) -> None:
    """Count anew what phones compare their copies with. For when the log says that copies differ for ever."""
    with app.app_context():
        click.echo(f"Counted the records of {agreeing.recount()} communities anew.")


@main.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Listen on this port of 127.0.0.1.",
)
@click.option(
    "--workers", type=click.IntRange(1), default=2, show_default=True, help="Server processes."
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Threads in each process.",
)
@click.pass_obj
def serve(app: Flask, port: int, workers: int, threads: int) -> None:
    """Serve the app and its API. Phones need HTTPS: put a proxy with TLS in front and set QIAOMEN_TLS=1."""
    try:
        serve_forever(app, port, workers, threads)
    except PortTaken as taken:
        words = f"Something listens on port {port} already: stop it, or choose another with --port."
        raise click.ClickException(words) from taken
    except PermissionError as error:
        words = (
            f"This user may not listen on port {port}: choose one above 1023 with --port, and let the proxy"
            " in front listen for phones."
        )
        raise click.ClickException(words) from error


@main.command("openapi")
@click.option("--out", type=click.File("w", "utf-8"), default="-", help="Write it to this file.")
def write_openapi(out: TextIO) -> None:
    """Print the API's OpenAPI document."""
    document = json.dumps(openapi.document(), indent=1, ensure_ascii=False, sort_keys=True)
    click.echo(document, file=out)
