"""`qiaomen worker`: what happens after the answer has been given."""

import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from random import SystemRandom

import click
from flask import Flask

from app.channels.group_channels import GroupChannels
from app.channels.ways import Ways
from app.channels.web_push import WebPush
from app.config import Config
from app.schemas.shapes import EARLIEST, LATEST
from app.services.addressing import address_all
from app.services.climbing import climb_all
from app.services.deadlines import Deadlines
from app.services.following import Following
from app.services.handing_over import HandingOver, ways
from app.services.notifying import Postman
from app.services.tidying import Tidying
from app.services.working import Pass, Worker
from app.strongbox import Strongbox
from sync.instants import from_wire
from sync.notice_steps import at_once, audible_at

EXAMPLE = "2026-10-01T09:00+08:00"


def _moment(_context: click.Context, _option: click.Parameter, said: str | None) -> datetime | None:
    """The moment that was said, if any. Raises BadParameter for what is none, or far from our times."""
    if said is None:
        return None
    with suppress(ValueError, OverflowError):
        moment = from_wire(said)
        if EARLIEST <= moment <= LATEST:
            return moment
    raise click.BadParameter(f"{said} is no moment with a zone like {EXAMPLE}")


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@click.option(
    "--now",
    callback=_moment,
    metavar="TIME",
    help=f"With --once: do what is due at this moment, like {EXAMPLE}. For drills, on a copy of the data.",
)
@click.pass_obj
def worker(app: Flask, once: bool, now: datetime | None) -> None:
    """Let deadlines act, send notices, hand cases to platforms, forget what is old.

    Run one or several; they share the work.
    """
    if now and not once:
        raise click.UsageError("--now goes with --once only: time would stand still")
    # its warnings quote endpoints, and who has one can reach the phone
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    # its warnings name the hosts and users of channels
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    config: Config = app.extensions["qiaomen"]
    clock = (lambda: now) if now else _now
    audible = audible_at if config.quiet_hours else at_once
    networks = config.allowed_networks
    channel = Ways(
        WebPush(config.keys.vapid, config.contact, networks),
        GroupChannels(Strongbox(config.keys.secret), config.url, networks),
    )
    postman = Postman(channel, clock, SystemRandom(), audible)
    handing_over = HandingOver(ways(config.keys.secret, networks, clock), clock, SystemRandom())
    passes: list[Pass] = [
        Deadlines(SystemRandom()),
        partial(address_all, audible=audible),
        partial(climb_all, audible=audible),
        postman.deliver,
        Following(),
        handing_over,
        Tidying(config.keep),
    ]
    with app.app_context():
        _work(Worker(passes, clock), (postman.finish, handing_over.finish), once)


def _work(working: Worker, endings: Sequence[Callable[[], None]], once: bool) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: working.stop())
    if once:
        working.run_once()
    else:
        working.run()
    for finish in endings:
        finish()


def _now() -> datetime:
    return datetime.now(UTC)
