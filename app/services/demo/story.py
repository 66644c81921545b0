"""One case as it moves from unit to unit, with the line that each action leaves (docs/cases.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app import rows
from app.services.demo.case_words import (
    ACCEPTS,
    MERGES,
    NOTES,
    RATINGS,
    REASONS,
    RETURNS,
    WITHDRAWALS,
    Problem,
)
from app.services.demo.dice import Dice, at_once
from app.services.demo.duty_list import items
from app.services.demo.staff import Worker
from app.services.importing.units import Node
from app.services.working_days import is_working_day
from sync.due_steps import planned
from sync.instants import to_wire
from sync.levels import COMMUNITY, LEVELS
from sync.policies import Matter, accept_by, settle_by
from sync.records import Record
from sync.transitions import MOMENTS

STATES = {
    "accept": "accepted",
    "resolve": "resolved",
    "rate": "closed",
    "merge": "merged",
    "withdraw": "withdrawn",
}
"""The state an action that does not move the case leaves it in; a note changes nothing."""


class Story:
    """A case and its timeline. `chain` is the units that may hold it, the first one first."""

    def __init__(
        self,
        case: dict[str, Any],
        problem: Problem,
        opener: Worker,
        chain: Sequence[Node],
        teams: Mapping[str, Sequence[Worker]],
        dice: Dice,
        at: datetime,
    ) -> None:
        self._problem, self._opener, self._chain, self._teams = problem, opener, chain, teams
        self._dice, self._at = dice, 0
        self._events: list[dict[str, Any]] = []
        opened = {"opened_by": opener.id, "opened_at": to_wire(at), "assignee_id": None}
        trail: dict[str, Any] = {
            "held_by": [],
            "climbed_from": [],
            "returned_from": [],
            "reached": 0,
            "calls": [],
            **dict.fromkeys(
                ("extension_until", "resolved_at", "closed_at", "rating", "merged_into")
            ),
        }
        self.case = {**case, **opened, **trail}
        self._arrive(at)
        self._line("open", opener, at, case["detail"], to_unit_id=chain[0].id)

    @property
    def _holder(self) -> Node:
        return self._chain[self._at]

    def act(self, action: str, at: datetime) -> None:
        """Let somebody who may do this do it."""
        actor, words = self._actor(action), self._words(action)
        if action in ("escalate", "return"):
            self._move(action, actor, at, words)
            return
        if action in STATES:
            self._enter(STATES[action], at)
        rating = _rating(words) if action == "rate" else None
        self.case["rating"] = rating or self.case["rating"]
        self._line(action, actor, at, words, details=rating)

    def _enter(self, state: str, at: datetime) -> None:
        self.case["state"] = state
        if state in MOMENTS:
            self.case[MOMENTS[state]] = to_wire(at)

    def finished_events(self) -> list[dict[str, Any]]:
        """The timeline. Once a case is above the community, so is each of its lines (L8)."""
        if self.case["reached"] > COMMUNITY:
            for event in self._events:
                event["reached"] = self.case["reached"]
        return self._events

    def finished_case(self, act_from: datetime) -> dict[str, Any]:
        """The case, with those of its deadlines ahead that act from this moment on."""
        told = Record("case", self.case["id"], self.case["community_id"], self.case)
        ahead = planned(None, told, self._arrived, is_working_day).due
        later = tuple(due for due in ahead if due.at >= to_wire(act_from))
        return {**self.case, **rows.due(replace(told, due=later))}

    def _move(self, action: str, actor: Worker, at: datetime, words: str) -> None:
        """Up, or back to the unit that passed it up; the second time back is up to the unit above both."""
        case, sender = self.case, self._holder
        if action == "return" and sender.id not in case["returned_from"]:
            case["returned_from"] = sorted([*case["returned_from"], sender.id])
            case["climbed_from"] = case["climbed_from"][:-1]
            self._at -= 1
        else:
            case["climbed_from"] = [*case["climbed_from"], sender.id]
            self._at += 1
        self._arrive(at)
        self._line(action, actor, at, words, sender.id, self._holder.id)

    def _arrive(self, at: datetime) -> None:
        """The case, open at its holder, whose clock starts now."""
        holder, case = self._holder, self.case
        self._arrived = at
        matter = Matter(holder.level, case["urgency"], items().get(case["category"]))
        due = settle_by(matter, [], at, is_working_day)
        case["state"], case["holder_id"] = "open", holder.id
        if holder.id not in case["held_by"]:
            case["held_by"].append(holder.id)
        case["reached"] = max(case["reached"], LEVELS[holder.level].rank)
        case["accept_by"] = to_wire(accept_by(matter, [], at))
        case["settle_by"] = to_wire(due) if due else None

    def _actor(self, action: str) -> Worker:
        if action in ("rate", "withdraw"):
            return self._opener
        members = [worker for worker in self._teams[self._holder.id] if worker.is_member]
        if action in ("return", "merge"):
            return next(worker for worker in members if worker.leads)
        return self._dice.one_of([*members, self._opener] if action == "note" else members)

    def _words(self, action: str) -> str:
        rank = LEVELS[self._holder.level].rank
        if action == "resolve":
            fixes = self._problem.fixes
            return fixes[-1] if rank > COMMUNITY else self._dice.one_of(fixes)
        banks = {
            "accept": ACCEPTS,
            "note": NOTES,
            "return": RETURNS,
            "rate": RATINGS,
            "merge": MERGES,
            "withdraw": WITHDRAWALS,
        }
        return self._dice.one_of(banks.get(action) or REASONS[rank])

    def _line(
        self,
        action: str,
        actor: Worker,
        at: datetime,
        text: str,
        from_unit_id: str | None = None,
        to_unit_id: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        place = {name: self.case[name] for name in ("community_id", "compound_id", "grid_id")}
        self._events.append(
            {
                **place,
                "id": self._dice.id(at),
                "reached": self.case["reached"],
                "case_id": self.case["id"],
                "action": action,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "actor_role": actor.role,
                "at": to_wire(at),
                "received_at": to_wire(at_once(at, self._dice)),
                "text": text,
                "attempted": None,
                "from_unit_id": from_unit_id,
                "to_unit_id": to_unit_id,
                "photos": [],
                "details": details,
            }
        )


def _rating(words: str) -> dict[str, Any]:
    """What the resident said in these words, all of which are content (RATINGS)."""
    by_phone = words.startswith("电话")
    return {"solved": True, "content": True, "how": "call" if by_phone else "visit"}
