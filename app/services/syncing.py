"""One round trip with a phone: take its mutations in, bring it up to date."""

from datetime import datetime
from typing import Any

import orjson

from app.schemas.exchange import ExchangeRequest, MutationEnvelope
from app.schemas.mutations import ARGS
from app.schemas.shapes import load, plain
from app.services import agreeing
from app.services.working_days import is_working_day
from app.store import SqlStore
from sync.errors import Malformed
from sync.instants import to_wire
from sync.mutation import Flaw, Mutation
from sync.pull import notice_restored, pull
from sync.push import Batch, push
from sync.scene import Author

PROTOCOL = 1
LONGEST_DETAIL = 200


def exchange(author: Author, request: ExchangeRequest, now: datetime) -> dict[str, Any]:
    """The answer to one `POST /sync`, both sides of it as `schemas/exchange.py` has them.

    The mutations are durable before the patch is read, so that the patch shows what they did (P1, L3).
    Raises Malformed and SequenceGap.
    """
    if request.protocol != PROTOCOL:
        raise Malformed("/protocol")
    if request.device_id != author.device_id:
        raise Malformed("/device_id")
    store, mutations = SqlStore(), [checked(sent) for sent in request.mutations]
    if mutations:
        notice_restored(store, author.scope, request.cursor)
        batch = Batch(author, mutations, now, request.sent_at)
        through, verdicts = push(store, batch, is_working_day)
    else:
        through, verdicts = store.received_through(author.home_id, author.device_id), []
    agreeing.hear(author.scope, request.differs)
    patch = pull(store, author.scope, request.cursor, request.limit, request.differs)
    return {
        "now": to_wire(now),
        "received_through": through,
        "verdicts": [verdict.on_the_wire() for verdict in verdicts],
        "patch": patch.operations,
        "cursor": patch.cursor,
        "more": patch.more,
        "reset": patch.reset,
        "check": patch.check,
    }


def begin_epoch() -> None:
    """Say that the database was restored from a backup: every phone begins a new copy, and sends again
    what the backup has not seen (L5)."""
    store = SqlStore()
    store.renew_epoch(store.feed([]).epoch)


def checked(sent: MutationEnvelope) -> Mutation:
    """A mutation with its arguments checked against its name's shape, or with the flaw found in them."""
    args, flaw = check_args(sent.name, sent.args)
    # keys in order, so that the same content is the same text however a client writes it (P2, P3)
    kept = orjson.dumps(sent.args, option=orjson.OPT_SORT_KEYS).decode()
    return Mutation(sent.id, sent.seq, sent.at, sent.name, sent.base, kept, args, flaw)


def check_args(name: str, sent: dict[str, Any]) -> tuple[dict[str, Any], Flaw | None]:
    shape = ARGS.get(name)
    if shape is None:
        return {}, Flaw("unknown_mutation", "/name")
    try:
        return plain(load(shape, sent)), None
    except Malformed as error:
        # a name the client made up may be of any length, or contain what a database refuses
        detail = f"/args{error.detail}".replace("\0", "\N{REPLACEMENT CHARACTER}")
        return {}, Flaw("invalid", detail[:LONGEST_DETAIL])
