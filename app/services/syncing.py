"""One round trip with a phone: take its mutations in, bring it up to date."""

from contextlib import nullcontext
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

import orjson

from app.schemas.exchange import ExchangeRequest, MutationEnvelope
from app.schemas.mutations import ARGS
from app.schemas.shapes import load, plain
from app.sealing import Seal
from app.services import agreeing, pushing
from app.services.recognising import with_former
from app.services.signing_in import Suspended
from app.store import SqlStore
from sync.batch import Batch
from sync.errors import Malformed
from sync.instants import to_wire
from sync.mutation import Flaw, Mutation, Sent
from sync.protocol import VERSIONS, ProtocolTooOld, Unliftable
from sync.pull import Patch, pull
from sync.push import Received
from sync.receive import receive
from sync.scene import Author
from sync.store import Feed

LONGEST_DETAIL = 200

hands = BoundedSemaphore(3)
"""Check what is sent. Threads of a process compute by turns: more would only take turns from the one that
holds a community, for which all its phones queue (`pushing.py`)."""


def exchange(
    author: Author, request: ExchangeRequest, now: datetime, secret: bytes
) -> dict[str, Any]:
    """The answer to one `POST /sync`, both sides of it as `schemas/exchange.py` has them.

    The mutations are durable before the patch is read, so that the patch shows what they did (P1, L3). A
    suspended account's are taken, and it gets no patch (P8). Raises Malformed, SequenceGap, ProtocolTooOld,
    ProtocolTooNew and Suspended.
    """
    if request.device_id != author.device_id:
        raise Malformed("/device_id")
    if author.suspended_at and not request.mutations:
        raise Suspended
    store, seal = SqlStore(), Seal(secret, author.device_id)
    cursor = seal.open(request.cursor)
    received = taken(store, author, request, now, cursor)
    through, verdicts = (
        pushing.take_in(store, received) if isinstance(received, Batch) else received
    )
    # asked anew after what the verdicts speak of: another copy of it may just have been judged (L3)
    standing = None if request.mutations else author.standing
    patch = brought(store, author, request, cursor, standing)
    # most phones get back what they gave
    kept = patch.cursor == (cursor or "")
    return {
        "now": to_wire(now),
        "received_through": through,
        "verdicts": [verdict.on_the_wire() for verdict in verdicts],
        "patch": patch.operations,
        "cursor": (request.cursor or "") if kept else seal.close(patch.cursor),
        "more": patch.more,
        "reset": patch.reset,
        "check": patch.check,
    }


def taken(
    store: SqlStore, author: Author, request: ExchangeRequest, now: datetime, cursor: str | None
) -> Received | Batch:
    """The answer to mutations that came before, or the checked batch of them."""
    sent = [as_sent(envelope) for envelope in request.mutations]

    def check() -> Batch:
        both = zip(sent, request.mutations, strict=True)
        mutations = [with_args(one, envelope, request.protocol) for one, envelope in both]
        return Batch(with_former(author, now), mutations, now, request.sent_at)

    # a phone that only asks waits for nobody who sends
    with hands if sent else nullcontext():
        return receive(store, author, sent, cursor, check)


def check_version(content: Any) -> None:
    """Refuse a version not known here before anything else is read: its shapes may be others."""
    version = content.get("protocol") if isinstance(content, dict) else None
    if isinstance(version, int):
        VERSIONS.check(version)


def brought(
    store: SqlStore,
    author: Author,
    request: ExchangeRequest,
    cursor: str | None,
    standing: Feed | None,
) -> Patch:
    """The patch. To a suspended account (P8), and to an app too old for it, none, but the word that there is
    more, so that it asks again.

    Having nothing left to send, it is then refused, or told to update. Until it has, it goes on showing what
    it sent, which its copy of the records does not hold yet (L3). Raises ProtocolTooOld.
    """
    if not VERSIONS.brings(request.protocol) and not request.mutations:
        raise ProtocolTooOld
    if author.suspended_at or not VERSIONS.brings(request.protocol):
        return Patch([], cursor or "", more=True)
    agreeing.hear(author.scope, request.differs)
    return pull(store, author.scope, cursor, request.limit, request.differs, standing)


def begin_epoch() -> None:
    """Say that the database was restored from a backup: every phone begins a new copy, and sends again
    what the backup has not seen (L5)."""
    store = SqlStore()
    store.renew_epoch(store.feed([]).epoch)


def as_sent(envelope: MutationEnvelope) -> Sent:
    """A mutation as it came. Raises Malformed for arguments nested deeper than JSON can be written."""
    try:
        # keys in order, so that the same content is the same text however a client writes it (P2, P3)
        kept = orjson.dumps(envelope.args, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError as error:
        raise Malformed("/mutations") from error
    return Sent(envelope.id, envelope.seq, envelope.at, envelope.name, envelope.base, kept)


def checked(envelope: MutationEnvelope, version: int = VERSIONS.present) -> Mutation:
    """A mutation as it came, ready to be judged. `version` is that of the request around it."""
    return with_args(as_sent(envelope), envelope, version)


def with_args(one: Sent, envelope: MutationEnvelope, version: int) -> Mutation:
    """The same with its arguments lifted and checked against its name's shape, or with their flaw.

    Raises ProtocolTooNew for one that says it is of a version not known here: it is kept until it is.
    """
    version = envelope.protocol or version
    VERSIONS.check(version)
    args, flaw = check_args(one.name, envelope.args, version)
    return Mutation(one.id, one.seq, one.at, one.name, one.base, one.sent, args, flaw)


def check_args(name: str, sent: dict[str, Any], version: int) -> tuple[dict[str, Any], Flaw | None]:
    shape = ARGS.get(name)
    if shape is None:
        return {}, Flaw("unknown_mutation", "/name")
    try:
        return plain(load(shape, VERSIONS.lifted(name, sent, version))), None
    except Unliftable:
        return {}, Flaw("invalid", "/args")
    except Malformed as error:
        # a name the client made up may be of any length, or contain what a database refuses
        detail = f"/args{error.detail}".replace("\0", "\N{REPLACEMENT CHARACTER}")
        return {}, Flaw("invalid", detail[:LONGEST_DETAIL])
