"""Calling 200 responders at once, from the answer to the whistle to each push's arrival at its service."""

import statistics
import time
from contextlib import closing
from typing import Any

from flask_migrate import upgrade

from app import create_app
from app.config import Config
from app.extensions import db
from app.ids import new_id
from bench.report import print_row
from tests.device import Device
from tests.push_service import Answer, PushService
from tests.responders import DEPARTMENT, enlist, first_responder
from tests.serving import database, running, serve
from tests.town import id_of, settle_in_database

RESPONDERS = 200
FAILING = 20
"""One in so many services answers 503 to the first attempt."""
ROUNDS = 7
PATIENCE = 60


def measure() -> None:
    """Measure on both databases and print the report."""
    for kind in ("sqlite", "postgresql"):
        waits = [_whistle(kind) for _ in range(ROUNDS)]
        early = statistics.median(taken[int(RESPONDERS * 0.95) - 1] for taken in waits)
        last = statistics.median(taken[-1] for taken in waits)
        print_row(f"{kind}: a whistle to {RESPONDERS}: 95 % have it", f"{early:.2f}", "s", "≤ 1")
        print_row(f"{kind}: a whistle to {RESPONDERS}: all have it", f"{last:.2f}", "s", "≤ 5")


def _whistle(kind: str) -> list[float]:
    """Seconds until each of the messages was taken, the earliest first."""
    with database(kind) as env, PushService() as service:
        service.delay = 0.05
        _, *subscriptions = _settle(env, service)
        for subscription in subscriptions[::FAILING]:
            service.answer(subscription, Answer(503))
        with serve(env, []) as served, running(env, "worker"):
            with closing(Device(served.port, "worker")) as worker:
                case_id = new_id()
                _send(worker, "case.open", id=case_id, **_leak())
                # once it has come, the worker is up
                _blow(worker, case_id, {"person_id": first_responder()})
                service.wait_for(1, PATIENCE)
                began = _blow(worker, case_id, {"department": DEPARTMENT})
            service.wait_for(1 + RESPONDERS + RESPONDERS // FAILING, PATIENCE)
            taken = sorted(at - began for at, status in service.answered[1:] if status < 300)
            if len(taken) != RESPONDERS:
                raise RuntimeError(f"{len(taken)} messages were taken, not {RESPONDERS}")
            return taken


def _settle(env: dict[str, str], service: PushService) -> list[dict[str, Any]]:
    app = create_app(Config.from_environment(env))
    with app.app_context():
        upgrade()
        settle_in_database()
        subscriptions = enlist(1 + RESPONDERS, service)
        db.engine.dispose()
    return subscriptions


def _leak() -> dict[str, str]:
    where = {"dwelling_id": id_of("g1-101"), "kind": "doorstep"}
    return {**where, "title": "燃气泄漏", "urgency": "urgent"}


def _blow(worker: Device, case_id: str, to: dict[str, str]) -> float:
    """Call these people to the case; the moment at which the server had answered."""
    _send(worker, "case.whistle", id=case_id, event_id=new_id(), to=[to])
    return time.monotonic()


def _send(worker: Device, name: str, **args: Any) -> None:
    answer = worker.post(worker.envelope(mutations=[worker.mutation(name, **args)]))
    if b'"applied"' not in answer:
        raise RuntimeError(answer[:300].decode())
