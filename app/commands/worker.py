"""`qiaomen worker`: what happens after the answer has been given."""

import logging
import signal
from datetime import UTC, datetime
from random import SystemRandom

import click
from flask import Flask

from app.channels.web_push import WebPush
from app.config import Config
from app.services.addressing import address_all
from app.services.notifying import Postman
from app.services.tidying import Tidying
from app.services.working import Worker


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@click.pass_obj
def worker(app: Flask, once: bool) -> None:
    """Send notices to people's phones, and forget what is old. Run one or several; they share the work."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # its warnings quote endpoints, and who has one can reach the phone
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    config: Config = app.extensions["qiaomen"]
    channel = WebPush(config.keys.vapid, config.contact, config.push_to_loopback)
    postman = Postman(channel, _now, SystemRandom())
    with app.app_context():
        _work(postman, Tidying(config.keep), once)


def _work(postman: Postman, tidying: Tidying, once: bool) -> None:
    # deadlines will be one more pass
    working = Worker([address_all, postman.deliver, tidying], _now)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: working.stop())
    if once:
        working.run_once()
    else:
        working.run()
    postman.finish()


def _now() -> datetime:
    return datetime.now(UTC)
