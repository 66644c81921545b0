"""What a device sends is received: answered from the journal where it can be, else a batch for `push`."""

from collections.abc import Callable, Sequence

from sync.batch import Batch
from sync.mutation import Sent
from sync.pull import notice_restored
from sync.push import Received
from sync.scene import Author
from sync.store import Store
from sync.verdict import by_id


def receive(
    store: Store,
    author: Author,
    sent: Sequence[Sent],
    cursor: str | None,
    check: Callable[[], Batch],
) -> Received | Batch:
    """The answer to what one exchange brings, or, where it must be judged, the batch to push.

    `cursor` is the phone's; `check` makes the batch of what was sent.
    """
    if not sent:
        return author.received_through, []
    before = answered(store, author, sent)
    if before:
        return before
    # while it can be seen: with this batch the server may catch up with what the phone has seen (L5)
    notice_restored(store, author.scope, cursor, author.standing)
    return check()


def answered(store: Store, author: Author, sent: Sequence[Sent]) -> Received | None:
    """What `push` would say of a batch that was taken in before, without locking or writing anything (P2).

    None when it has to be judged: something in it is new, or came with other content before.
    """
    through = author.received_through
    if any(one.seq > through for one in sent):
        return None
    judged = store.judged(author.home_id, author.device_id, [one.id for one in sent])
    known = by_id(judged)
    before = [known.get(one.id) for one in sent]
    verdicts = [
        first.verdict.again()
        for one, first in zip(sent, before, strict=True)
        if first and first.digest == one.digest
    ]
    return (through, verdicts) if len(verdicts) == len(sent) else None
