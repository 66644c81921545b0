"""A case told from its timeline alone, line by line, against the drawing in docs/cases.md."""

from typing import Any

from tests.simulation.oracle.sight import LEVEL, PARENT, up_from

UNDER_WAY = ("open", "accepted")
BEFORE: dict[str, tuple[str | None, ...]] = {
    "open": (None,),
    "accept": ("open",),
    "assign": UNDER_WAY,
    "escalate": UNDER_WAY,
    "return": UNDER_WAY,
    "extend": ("accepted",),
    "grant": ("accepted",),
    "deny": ("accepted",),
    "council": ("accepted",),
    "whistle": UNDER_WAY,
    "resolve": ("accepted",),
    "reopen": ("closed",),
    "merge": UNDER_WAY,
    "withdraw": UNDER_WAY,
    "part": ("merged",),
    "overdue": UNDER_WAY,
    "close": ("resolved",),
}
"""The states in which a line may come; a note, an answer and a rating may at any time."""

AFTER = {
    "accept": "accepted",
    "assign": "accepted",
    "resolve": "resolved",
    "withdraw": "withdrawn",
    "close": "closed",
}


class Life:
    """Where a case stands by the lines told so far; `tell` raises AssertionError on one that cannot be."""

    def __init__(self) -> None:
        self.state: str | None = None
        self.holder = ""
        self.lines = 0
        self._origin, self._senders = "", list[str]()
        self._returned: set[str] = set()

    def tell(self, line: dict[str, Any]) -> None:
        """The next line of the timeline, as the server took it in."""
        action, to = line["action"], line["to_unit_id"]
        assert self.state in BEFORE.get(action, (self.state,)), (self.state, action)
        assert line["actor_name"]
        assert bool(line["actor_id"]) == (line["actor_role"] not in ("system", "resident"))
        assert line["at"] <= line["received_at"]
        self.lines += 1
        if action == "open":
            self._origin = to
        elif to:
            assert line["from_unit_id"] == self.holder
            self._moved(action, to)
        self.state = "open" if to else self._after(action, line["details"] or {})
        self.holder = to or self.holder
        assert self.holder in up_from(self._origin), "held beside the path of the climb"

    def _moved(self, action: str, to: str) -> None:
        """Up to the unit above; down to the unit that sent it, but the second time up to the arbiter."""
        above = PARENT[self.holder] if LEVEL[self.holder] != "district" else None
        decides = action == "return" and self.holder in self._returned and above
        if action == "escalate" or decides:
            assert to == above
            self._senders.append(self.holder)
        elif action == "return":
            assert to == self._senders.pop()
            self._returned.add(self.holder)
        else:
            assert to == self.holder

    def _after(self, action: str, details: dict[str, Any]) -> str | None:
        if action == "merge" and "into_id" in details:
            return "merged"
        if action == "rate" and details["solved"] and self.state == "resolved":
            return "closed"
        return AFTER.get(action, self.state)
