"""A unit's leader says by which channels its people are told, tries them, and takes them away."""

from datetime import datetime

from sqlalchemy import delete, func, select

from app.channels.group_channels import GroupChannels, NoChannel, hint_of, kind_of
from app.channels.outcome import SENT, Outcome
from app.channels.sealed_address import SealedAddress
from app.errors import Refused
from app.extensions import reading, writing
from app.models import Channel, Unit
from app.strongbox import Strongbox
from sync.scene import Author

MOST = 10
"""Channels of one unit: each is told of every notice that comes so far."""
TEST_WORDS = "敲门：这是一条测试消息。"


class NotLeader(Refused):
    """The asker does not lead the unit."""

    code = "unit_leaders_only"


class BadChannel(Refused):
    """No address of a kind we take."""

    code = "bad_channel"


class TooManyChannels(Refused):
    """The unit has as many channels as it may."""

    code = "too_many_channels"


def channels(author: Author, unit_id: str) -> list[Channel]:
    """The unit's channels, in the order in which they were set up. Raises NotLeader."""
    _demand_leader(author, unit_id)
    of_unit = select(Channel).where(Channel.unit_id == unit_id)
    with reading() as session:
        return list(session.scalars(of_unit.order_by(Channel.created_at, Channel.id)))


def set_up(
    author: Author, unit_id: str, channel_id: str, url: str, box: Strongbox, now: datetime
) -> None:
    """Add a channel; sent again, it changes nothing. Raises NotLeader, BadChannel and TooManyChannels."""
    _demand_leader(author, unit_id)
    try:
        kind, hint = kind_of(url), hint_of(url)
    except NoChannel as error:
        raise BadChannel("/url") from error
    with writing() as session:
        # so that of two at one moment the second finds the first
        session.get_one(Unit, unit_id, with_for_update={"key_share": True})
        if session.get(Channel, channel_id):
            return
        of_unit = select(func.count()).where(Channel.unit_id == unit_id)
        if (session.scalar(of_unit) or 0) >= MOST:
            raise TooManyChannels
        session.add(
            Channel(
                id=channel_id,
                unit_id=unit_id,
                kind=kind,
                hint=hint,
                sealed_url=box.lock(channel_id, url),
                created_at=now,
            )
        )


def take_away(author: Author, unit_id: str, channel_id: str) -> None:
    """Tell nobody there any more; one that is gone is taken away already. Raises NotLeader."""
    _demand_leader(author, unit_id)
    with writing() as session:
        session.execute(delete(Channel).where(Channel.id == channel_id, Channel.unit_id == unit_id))


def try_out(
    author: Author, unit_id: str, channel_id: str, ways: GroupChannels, now: datetime
) -> dict[str, object] | None:
    """Send a test message: whether it was taken, what was answered, and why not; None if there is no such
    channel.

    Raises NotLeader.
    """
    found = next((one for one in channels(author, unit_id) if one.id == channel_id), None)
    if found is None:
        return None
    outcome: Outcome = ways.say(SealedAddress(found.id, found.sealed_url), TEST_WORDS, now)
    arrived = outcome.state == SENT
    return {"arrived": arrived, "answer": outcome.answer, "reason": outcome.reason}


def _demand_leader(author: Author, unit_id: str) -> None:
    post = author.post_at(unit_id)
    if not (post and post.leads):
        raise NotLeader
