"""What waits for a decision because its author or device was shut out (P8)."""

from typing import Any

from app.schemas.shapes import Id, Moment, Shape


class QuarantinedMutation(Shape):
    """A mutation as its author wrote it. `at` is when, corrected."""

    device_id: Id
    id: Id
    seq: int
    name: str
    args: dict[str, Any]
    at: Moment
    received_at: Moment
    receipt: str
    person_id: Id
    person_name: str
    unit_id: Id
    unit_name: str


class QuarantineAnswer(Shape):
    """The oldest first, at most 200; `more` says that others wait behind them."""

    quarantined: list[QuarantinedMutation]
    more: bool


class DecisionRequest(Shape):
    accept: bool


class DecisionAnswer(Shape):
    """The decision that stands, which may be an earlier one by somebody else."""

    accepted: bool
    decided_by: Id
    decided_at: Moment
    verdict: str
    code: str | None
    detail: str | None
