"""The duty list as a phone keeps it, and units' own deadlines."""

from typing import Annotated, Literal

from msgspec import Meta

from app.schemas.shapes import Id, Moment, Shape, demand_years, words

Urgency = Literal["urgent", "normal"]
ItemCode = Annotated[str, words(40)]
Minutes = Annotated[int, Meta(ge=5, le=30 * 24 * 60)]
Hours = Annotated[int, Meta(ge=1, le=366 * 24)]
WorkingDays = Annotated[int, Meta(ge=1, le=366)]


class DutyItem(Shape):
    """One item: who answers for it, and within how many hours or working days if the list says so.

    A retired one is not chosen any more; cases still name it.
    """

    code: str
    class_name: str
    item: str
    lead_department: str
    helping_departments: list[str]
    settle_hours: int | None
    settle_working_days: int | None
    urgency: Urgency | None
    keywords: list[str]
    retired: bool


class DutyItemsAnswer(Shape):
    """The asker's list; `person_id` is the asker, as in `DutyAnswer`."""

    person_id: Id
    items: list[DutyItem]


class DefaultTimes(Shape):
    """Within how long cases of an urgency are accepted and settled at the unit where it sets no times."""

    urgency: Urgency
    accept_minutes: int
    settle_hours: int | None
    settle_working_days: int | None


class DeadlinePolicy(Shape):
    """A unit's own times; `item_code` is empty where they are for every case, `item` what it is called.

    `usual` are those that hold without them.
    """

    urgency: Urgency
    item_code: str
    item: str
    accept_minutes: int | None
    settle_hours: int | None
    settle_working_days: int | None
    usual: DefaultTimes
    needs_consent: bool
    set_at: Moment
    agreed_at: Moment | None
    agreed_by_name: str | None
    declined_at: Moment | None
    declined_by_name: str | None


class AskedPolicy(DeadlinePolicy):
    """The same of a unit below, which waits for the asker to agree."""

    unit_id: Id
    unit_name: str


class DeadlinesAnswer(Shape):
    """A unit's defaults and own times; `may_set` is whether the asker leads it."""

    unit_id: Id
    unit_name: str
    may_set: bool
    defaults: list[DefaultTimes]
    policies: list[DeadlinePolicy]
    asked: list[AskedPolicy]


class PolicySetting(Shape):
    """Times for cases of an urgency and an item, or of every case: at least one, and one limit to settle."""

    urgency: Urgency
    item_code: ItemCode = ""
    accept_minutes: Minutes | None = None
    settle_hours: Hours | None = None
    settle_working_days: WorkingDays | None = None

    def __post_init__(self) -> None:
        limits = [self.settle_hours, self.settle_working_days]
        if None not in limits or [*limits, self.accept_minutes].count(None) == 3:
            raise ValueError("one limit to settle, or a time to accept: field `settle_hours`")


class DeadlinesRequest(Shape):
    """All of a unit's own times, each urgency and item once."""

    policies: Annotated[list[PolicySetting], Meta(max_length=100)]

    def __post_init__(self) -> None:
        if len({(one.urgency, one.item_code) for one in self.policies}) < len(self.policies):
            raise ValueError("one urgency and item twice: field `policies`")


class ConsentRequest(Shape):
    """Agree to times as they were set at that moment, or decline them."""

    urgency: Urgency
    item_code: ItemCode
    set_at: Moment

    def __post_init__(self) -> None:
        demand_years(self, "set_at")
