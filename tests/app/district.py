"""The town's district, whose cases a platform beyond it is told of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app.commands.connecting import connect
from app.config import Config
from app.extensions import reading
from app.models import Case, CaseEvent, Handover
from app.services.following import Following
from app.services.handing_over import HandingOver, ways
from app.services.working import Worker
from tests.app.conftest import Somebody
from tests.phone import case_args, new_id

CASE, MINUTE = new_id("c1"), timedelta(minutes=1)
UP = ("secretary", "community-secretary", "officer")


class District:
    """The district and its people, and workers by a clock moved by hand."""

    def __init__(self, app: Flask, config: Config, somebody: Callable[..., Somebody]) -> None:
        self.app, self.config, self.somebody = app, config, somebody
        self.people: dict[str, Somebody] = {}
        self.now = datetime.now(UTC) + MINUTE

    def run(self, *arguments: str, key: str) -> Any:
        """`qiaomen connect`."""
        return CliRunner().invoke(connect, arguments, obj=self.app, input=f"{key}\n")

    def case_arrives(self, case: str = "c1", **more: Any) -> None:
        worker = self.person("worker")
        said = {"reporter": {"name": "李四", "phone": "13900000000"}, "detail": "三天了", **more}
        worker.sync(worker.mutation("case.open", **case_args("g1-101", case, **said)))
        for name in UP:
            self.act(name, "escalate", case, reason="修不了")

    def person(self, name: str) -> Somebody:
        """Somebody of the town, on one and the same phone."""
        if name not in self.people:
            self.people[name] = self.somebody(name)
        return self.people[name]

    def act(self, name: str, action: str, case: str = "c1", **said: Any) -> None:
        who = self.person(name)
        act = {"id": new_id(case), "event_id": new_id(f"{name} {action} {case}"), **said}
        (verdict,) = who.sync(who.mutation(f"case.{action}", **act))["verdicts"]
        assert verdict["verdict"] == "applied", verdict

    def hire(self) -> HandingOver:
        """A worker that hands over, by the clock."""
        all_ways = ways(self.config.keys.secret, self.config.allowed_networks, lambda: self.now)
        return HandingOver(all_ways, lambda: self.now, Random(7))

    def work(self, after: timedelta = timedelta()) -> None:
        """A worker does what is due by the clock, so much later."""
        self.now += after
        handing = self.hire()
        Worker([Following(), handing], lambda: self.now).run_once()
        handing.finish()

    def lose_secret(self) -> None:
        """The server has another secret from now on, as after a restore without its keys."""
        keys = replace(self.config.keys, secret=b"another server's" * 2)
        self.config = replace(self.config, keys=keys)
        self.app.extensions["qiaomen"] = self.config

    def lines(self) -> list[tuple[str, str, str]]:
        """What no hand here wrote on the timeline: action, who, and words."""
        columns = (CaseEvent.action, CaseEvent.actor_name, CaseEvent.text)
        nobodys = select(*columns).where(CaseEvent.actor_id.is_(None)).order_by(CaseEvent.version)
        with reading() as session:
            return [(action, name, words) for action, name, words in session.execute(nobodys)]

    def states(self) -> list[str]:
        with reading() as session:
            return list(session.scalars(select(Handover.state).order_by(Handover.version)))

    def case_state(self) -> str:
        with reading() as session:
            return session.scalars(select(Case.state).where(Case.id == CASE)).one()
