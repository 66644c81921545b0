"""A unit's channels on the wire: what leads where is told once, by who sets it up, and never told again."""

from typing import Annotated

from msgspec import Meta

from app.channels.outcome import Reason
from app.schemas.shapes import Id, Moment, Shape, words


class ChannelAnswer(Shape):
    """A channel. `hint` is where it leads, its keys masked."""

    id: Id
    kind: Annotated[str, Meta(examples=["wecom", "dingtalk", "feishu", "gateway", "mail"])]
    hint: str
    created_at: Moment


class ChannelsAnswer(Shape):
    channels: list[ChannelAnswer]


class ChannelRequest(Shape):
    """Set up a channel by its Apprise URL, such as `wecombot://key`; `id` is made by the app, so that it may
    be sent again."""

    id: Id
    url: Annotated[str, words(1000, 1)]


class TriedAnswer(Shape):
    """What became of a test message: whether the service took it, what it answered, and why not if known."""

    arrived: bool
    answer: str
    reason: Reason | None
