"""Who was reached about a case, how and when."""

from typing import Literal

from app.channels.outcome import Reason
from app.schemas.shapes import Moment, Shape


class ReachedAttempt(Shape):
    """One way by which one notice went out: `list`, `push`, or the kind of a channel, which names nobody.

    `answer` is what its service last said, and `reason` what that means where it is known; `seen_at` is when
    the person opened it in the app.
    """

    notice_kind: str
    way: str
    person_name: str | None
    state: Literal["waiting", "sent", "gone", "failed"]
    answer: str | None
    reason: Reason | None
    at: Moment
    sent_at: Moment | None
    seen_at: Moment | None


class ReachedAnswer(Shape):
    attempts: list[ReachedAttempt]
