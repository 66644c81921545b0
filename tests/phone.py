"""A plain client for tests: makes mutations, keeps what patches bring, holds a store to the contract."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from app.schemas.mutations import ARGS
from app.schemas.shapes import load, plain
from sync.batch import Batch
from sync.levels import CALLED
from sync.mutation import Mutation
from sync.pull import Patch, pull
from sync.push import push
from sync.scene import Author
from sync.scope import Scope
from sync.store import Store
from sync.verdict import Verdict
from tests import dull
from tests.called import called
from tests.town import MORNING, id_of


def on_workdays(_day: object) -> bool:
    """A calendar in which people work every day."""
    return True


class Phone:
    """One device with its outbox counter and its copy of the records, which it compares with each `check`."""

    def __init__(self, store: Store, author: Author) -> None:
        self.store, self.author, self.scope = store, author, author.scope
        self.seq = 0
        self.cursor: str | None = None
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.versions: dict[tuple[str, str], int] = {}

    def make(self, name: str, /, at: datetime = MORNING, **args: Any) -> Mutation:
        """The next mutation of this device, its arguments checked as the server does."""
        self.seq += 1
        id_ = new_id(f"{self.author.device_id}/{self.seq}")
        base = self.seen(name, args)
        return Mutation(id_, self.seq, at, name, base, sent_as(args), plain(load(ARGS[name], args)))

    def seen(self, name: str, args: dict[str, Any]) -> int | None:
        """The version of a mutation's main record that this phone has, as its owner sees it."""
        key = name.partition(".")[0], args.get("id", "")
        return self.versions[key] if key in self.records else None

    def push(
        self, *mutations: Mutation, now: datetime = MORNING, sent_at: datetime | None = None
    ) -> list[Verdict]:
        """Send mutations, from a clock that is right unless it says otherwise."""
        batch = Batch(self.author, mutations, now, sent_at or now)
        return push(self.store, batch, on_workdays)[1]

    def do(self, name: str, /, at: datetime = MORNING, **args: Any) -> Verdict:
        """Make one mutation and send it."""
        return self.push(self.make(name, at, **args), now=at)[0]

    def page(self, limit: int = 1000, differs: Collection[str] = ()) -> Patch:
        """Pull one page and apply it."""
        patch = pull(self.store, self.scope, self.cursor, limit, differs)
        if patch.reset:
            self.records.clear()
        for operation in orjson.loads(orjson.dumps(patch.operations)):
            self._apply(operation)
        self.cursor = patch.cursor
        for line in patch.check:
            assert line == self.held(line["scope"]), self.author.name
        return patch

    def held(self, scope: str) -> dict[str, Any]:
        """What this phone holds of a territory: its own count, from its own records (L9)."""
        return dull.check(scope, self.records, self.versions)

    def sync(self, limit: int = 1000) -> int:
        """Pull until there is no more; the number of operations."""
        count = 0
        while True:
            patch = self.page(limit)
            count += len(patch.operations)
            if not patch.more:
                return count

    def moved_to(self, author: Author) -> None:
        """The same device after its owner's posts have changed."""
        self.author, self.scope = author, Scope.of_posts(author.posts)

    def recognised(self) -> None:
        """The server looks at whose device it is, as it does at every request: calls to cases are posts."""
        own = [post for post in self.author.posts if post.level != CALLED.name]
        calls = called(self.store, self.author.person_id)
        former = tuple((post, until) for post, until in calls if until)
        posts = (*own, *(post for post, until in calls if until is None))
        self.moved_to(replace(self.author, posts=posts, former=former))

    def ids(self, type_: str) -> set[str]:
        """The ids of the records of one type on this phone."""
        return {id_ for kind, id_ in self.records if kind == type_}

    def _apply(self, operation: dict[str, Any]) -> None:
        key = operation["type"], operation["id"]
        if operation["op"] == "del":
            self.records.pop(key, None)
            return
        self.records[key] = operation["value"]
        self.versions[key] = operation["version"]


def sent_as(args: dict[str, Any]) -> str:
    """Arguments as a mutation keeps them."""
    return orjson.dumps(args, option=orjson.OPT_SORT_KEYS).decode()


def inside(cursor: str) -> str:
    """What is in a cursor that the server has sealed."""
    return cursor.rpartition(".")[0]


def new_id(name: str) -> str:
    """A UUIDv7-shaped id that is the same for the same name, however long."""
    number = int.from_bytes(sha256(name.encode()).digest()[:16])
    return str(UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


def visit_args(home: str, name: str, **more: Any) -> dict[str, Any]:
    """Arguments of a visit at a dwelling of the town."""
    said = {"kind": "routine", "occurred_at": "2026-11-23T08:30:00+08:00", "summary": "灯泡坏了"}
    return {"id": new_id(name), "dwelling_id": id_of(home), **said, **more}


def case_args(home: str, name: str, **more: Any) -> dict[str, Any]:
    """Arguments of a case opened for a dwelling of the town."""
    return {
        "id": new_id(name),
        "kind": "branch",
        "title": "楼道漏水",
        "dwelling_id": id_of(home),
        **more,
    }
