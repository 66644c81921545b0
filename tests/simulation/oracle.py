"""A dull second opinion on every batch, from docs/cases.md and PROTOCOL.md, over dicts and lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sync.mutation import Mutation
from tests.simulation.facts import expected
from tests.simulation.sight import HEIGHT, LEADERS, LEVEL, PARENT, TEAM, Posts, Thing, covers, sees
from tests.town import id_of, records

Key = tuple[str, str]
APPLIED, SUPERSEDED, REJECTED = "applied", "superseded", "rejected"

ALLOWED = {
    "accept": (["open"], "member"),
    "escalate": (["open", "accepted"], "member"),
    "return": (["open", "accepted"], "leader"),
    "resolve": (["accepted"], "member"),
}
"""In which states, and by whom of the holding unit."""


class Disagreement(AssertionError):
    """The server did what the documents do not say."""


@dataclass(frozen=True)
class Sender:
    """A device, whose it is, the posts they have, and those they had until some moment."""

    device: str
    person: str
    posts: Posts
    former: list[tuple[str, str, datetime]]

    def posts_since(self, at: datetime) -> Posts:
        """The posts they had at that moment or later (P7)."""
        return self.posts + [(role, unit) for role, unit, until in self.former if at < until]


@dataclass(frozen=True)
class Tap:
    """One mutation at its corrected moment, by somebody with these posts since."""

    person: str
    posts: Posts
    at: datetime
    args: dict[str, Any]


class Oracle:
    """What the town's records should be, told of each commit in order."""

    def __init__(self) -> None:
        self.things: dict[Key, Thing] = {(r.type, r.id): _settled(r) for r in records()}
        self.judged: dict[Key, str] = {}
        self.through: dict[str, int] = {}
        self.lost: dict[str, set[int]] = {}

    def commit(
        self, sender: Sender, batch: Sequence[Mutation], now: datetime, sent: datetime
    ) -> None:
        """A device's batch was committed: check its order, and judge what is new of it."""
        for mutation in batch:
            self._advance(sender.device, mutation)
            if (sender.device, mutation.id) not in self.judged:
                age = min(max(sent - mutation.at, timedelta()), timedelta(days=366))
                posts = sender.posts_since(now - age)
                tap = Tap(sender.person, posts, now - age, mutation.args)
                self.judged[sender.device, mutation.id] = self._judge(sender.device, mutation, tap)

    def move(self, home: str, place: dict[str, Any], now: datetime) -> None:
        """A dwelling and who lives there were moved to another grid."""
        for key in (("dwelling", id_of(home)), ("resident", id_of(f"r-{home}"))):
            thing = self.things[key]
            thing.setdefault("was", []).append((_place(thing), now))
            thing |= {"grid": place["grid_id"], "compound": place["compound_id"]}

    def _advance(self, device: str, mutation: Mutation) -> None:
        through = self.through.get(device, 0)
        if mutation.seq <= through:
            return
        lost = mutation.args if mutation.name == "outbox.lost" else {}
        stands_for = lost.get("from") == through + 1 and lost.get("to") == mutation.seq - 1
        if mutation.seq != through + 1 and not stands_for:
            raise Disagreement(f"{mutation.seq} was taken after {through} (P4)")
        self.through[device] = mutation.seq

    def _judge(self, device: str, mutation: Mutation, tap: Tap) -> str:
        name, args = mutation.name, mutation.args
        if mutation.flaw:
            return REJECTED
        if name == "outbox.lost":
            stretch = {*range(args["from"], args["to"] + 1), mutation.seq}
            self.lost.setdefault(device, set()).update(stretch)
            return APPLIED
        if name == "visit.record":
            return self._visit(tap)
        if name == "case.open":
            return self._open(tap, mutation.id)
        return self._act(tap, name.partition(".")[2])

    def _visit(self, tap: Tap) -> str:
        args, spot = tap.args, self._spot(tap)
        if ("visit", args["id"]) in self.things or spot is None:
            return REJECTED
        said = (args["dwelling_id"], args["summary"], tap.person)
        self.things["visit", args["id"]] = {**spot, "reached": 0, "said": said}
        return APPLIED

    def _spot(self, tap: Tap) -> Thing | None:
        args = tap.args
        if args["dwelling_id"]:
            home = self.things.get(("dwelling", args["dwelling_id"]))
            return _place(home) if home and saw(tap, home) else None
        unit = args["place"]["unit_id"] if args["place"] else ""
        if unit not in PARENT or HEIGHT[LEVEL[unit]] > 2 or not covers(tap.posts, unit):
            return None
        grid, compound = (unit, PARENT[unit]) if LEVEL[unit] == "grid" else (None, unit)
        return {"community": PARENT[compound or ""], "compound": compound, "grid": grid}

    def _open(self, tap: Tap, line: str) -> str:
        args, spot = tap.args, self._spot(tap)
        visit = self.things.get(("visit", args["visit_id"] or ""))
        unseen = args["visit_id"] and not (visit and saw(tap, visit))
        if ("case", args["id"]) in self.things or spot is None or unseen:
            return REJECTED
        origin = spot["grid"] or spot["compound"]
        holder = origin if args["kind"] == "doorstep" else spot["compound"]
        case = {
            **spot,
            "reached": 0,
            "opener": tap.person,
            "held": [],
            "climbed": [],
            "returned": [],
        }
        self.things["case", args["id"]] = case
        self._arrive(case, holder)
        self._line(tap, line, "open", args["detail"])
        return APPLIED

    def _arrive(self, case: Thing, holder: str) -> None:
        case |= {"state": "open", "holder": holder}
        case["reached"] = max(case["reached"], HEIGHT[LEVEL[holder]])
        if holder not in case["held"]:
            case["held"].append(holder)

    def _line(
        self, tap: Tap, event: str, action: str, text: str, attempted: str | None = None
    ) -> None:
        at = tap.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        said = (tap.args["id"], tap.person, action, text, at, attempted)
        self.things["case_event", event] = {"case": tap.args["id"], "said": said}

    def _act(self, tap: Tap, action: str) -> str:
        args, case = tap.args, self.things.get(("case", tap.args["id"]))
        if not case or not saw(tap, case) or ("case_event", args["event_id"]) in self.things:
            return REJECTED
        text = args.get("reason") or args.get("text") or ""
        states, who = ALLOWED.get(action, ([case["state"]], "anybody"))
        if case["state"] in states and _stands(tap.posts, who, [case["holder"]]):
            if not self._move(case, action):
                return REJECTED
            self._line(tap, args["event_id"], action, text)
            return APPLIED
        if not _stands(tap.posts, who, case["held"]):
            return REJECTED
        self._line(tap, args["event_id"], "note", text, action)
        return SUPERSEDED

    def _move(self, case: Thing, action: str) -> bool:
        """Do the action to the case; False when there is nowhere to go."""
        if action in ("accept", "resolve"):
            case["state"] = {"accept": "accepted", "resolve": "resolved"}[action]
        if action == "escalate":
            return self._climb(case)
        return self._return(case) if action == "return" else True

    def _climb(self, case: Thing) -> bool:
        if LEVEL[case["holder"]] == "district":
            return False
        case["climbed"].append(case["holder"])
        self._arrive(case, PARENT[case["holder"]] or "")
        return True

    def _return(self, case: Thing) -> bool:
        holder = case["holder"]
        if not case["climbed"]:
            return False
        if holder in case["returned"] and LEVEL[holder] != "district":
            return self._climb(case)
        case["returned"] = sorted({*case["returned"], holder})
        self._arrive(case, case["climbed"].pop())
        return True

    def seen_by(self, posts: Posts) -> dict[Key, Any]:
        """Everything somebody with these posts should have, as `facts.py` says it."""
        return {
            key: expected(key[0], t)
            for key, t in self.things.items()
            if sees(posts, self._where(t))
        }

    def _where(self, thing: Thing) -> Thing:
        """A line of a timeline is seen by whoever sees its case."""
        return self.things["case", thing["case"]] if "case" in thing else thing


def saw(tap: Tap, thing: Thing) -> bool:
    """Whether the author sees it now, or did when they wrote, or since (P7)."""
    places = [place for place, until in thing.get("was", []) if tap.at < until]
    return any(sees(tap.posts, {**thing, **place}) for place in ({}, *places))


def _stands(posts: Posts, who: str, units: list[str]) -> bool:
    if who == "anybody":
        return True
    roles = LEADERS if who == "leader" else TEAM
    return any(role in roles and unit in units for role, unit in posts)


def _settled(record: Any) -> Thing:
    places = {"compound": record.compound_id, "grid": record.grid_id}
    return {"community": record.community_id, **places, "reached": 0}


def _place(thing: Thing) -> Thing:
    return {name: thing[name] for name in ("community", "compound", "grid")}
