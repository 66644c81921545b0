"""What a screen reader makes of a page, and where that leaves its listener in doubt."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from playwright.sync_api import CDPSession

Node = dict[str, Any]

CONTROLS = {
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "checkbox",
    "radio",
    "switch",
    "spinbutton",
    "Date",
    "DateTime",
    "DisclosureTriangle",
}
BARE = 12
"""A name of more letters tells what it is about; so does what is chosen within a group that has a name."""
CHOSEN = {"radio", "checkbox"}


def doubts(session: CDPSession) -> list[str]:
    """What has no name, or the name of something else; headings and lists that are none."""
    nodes: list[Node] = session.send("Accessibility.getFullAXTree")["nodes"]
    tree = Tree(nodes)
    return [*tree.nameless(), *tree.alike(), *tree.lost_headings(), *tree.lost_rows()]


class Tree:
    """A page as it is read aloud."""

    def __init__(self, nodes: list[Node]) -> None:
        self._by_id = {node["nodeId"]: node for node in nodes}
        self._read = [node for node in self._below(nodes[0]) if not node["ignored"]]
        self._controls = [
            node for node in self._read if _role(node) in CONTROLS and not self._is_part(node)
        ]

    def nameless(self) -> Iterator[str]:
        return (f"no name: {_role(node)}" for node in self._controls if not _name(node))

    def alike(self) -> Iterator[str]:
        """Short names that lead to more than one thing."""
        led = defaultdict[str, set[object]](set)
        for node in self._controls:
            if len(_name(node)) <= BARE and _role(node) not in CHOSEN:
                led[_name(node)].add(_property(node, "url") or node["backendDOMNodeId"])
        return (f"{len(to)} things: {name}" for name, to in led.items() if len(to) > 1)

    def lost_headings(self) -> Iterator[str]:
        """A page has one heading over all others, a sheet may have none; none is left out on the way down."""
        levels = [int(_property(node, "level")) for node in self._read if _role(node) == "heading"]
        if not any(_role(node) == "dialog" for node in self._read) and levels.count(1) != 1:
            yield f"headings: {levels}"
        for one, other in pairwise([levels[0] if levels else 0, *levels]):
            if other > one + 1:
                yield f"headings: {levels}"

    def lost_rows(self) -> Iterator[str]:
        """Rows in no list, and lists without rows."""
        for node in self._read:
            if _role(node) == "article" and "listitem" not in map(_role, self._above(node)):
                yield f"no row of a list: {_name(node)}"
            if _role(node) == "list" and "listitem" not in map(_role, self._below(node)):
                yield f"no rows: {_name(node)}"

    def _is_part(self, node: Node) -> bool:
        """The day of a date is no control of its own."""
        return any(_role(above) in {"Date", "DateTime"} for above in self._above(node))

    def _below(self, node: Node) -> Iterator[Node]:
        yield node
        for child in node.get("childIds", ()):
            if child in self._by_id:
                yield from self._below(self._by_id[child])

    def _above(self, node: Node) -> Iterator[Node]:
        while above := self._by_id.get(node.get("parentId", "")):
            yield above
            node = above


def _role(node: Node) -> str:
    return str(node.get("role", {}).get("value", ""))


def _name(node: Node) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


def _property(node: Node, name: str) -> Any:
    found = (one["value"].get("value") for one in node.get("properties", ()) if one["name"] == name)
    return next(found, None)
