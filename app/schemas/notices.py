"""One's notices in the app: which, about which case if any, and whether they were seen; never whose words."""

from typing import Annotated

from msgspec import Meta

from app.schemas.shapes import Id, Moment, Shape

MOST_SEEN = 200
"""Notices that one request marks."""


class NoticeAnswer(Shape):
    """A notice. The phone knows the case's words from its own copy, if it may see the case.

    One about no case leads to where its kind says (sync/rules/notice_steps.json).
    """

    id: Id
    kind: str
    urgency: str
    case_id: Id | None
    created_at: Moment
    seen: bool


class NoticesAnswer(Shape):
    """What changed in `person_id`'s list since the `after` of the question, newest first.

    `version` is the next question's `after`. Unless `whole`, more had changed than is told: the phone
    keeps these and no others.
    """

    person_id: Id
    version: int
    whole: bool
    notices: list[NoticeAnswer]


class NoticesSeenRequest(Shape):
    ids: Annotated[list[Id], Meta(max_length=MOST_SEEN)]
