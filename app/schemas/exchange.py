"""One round trip of `POST /api/v1/sync`: envelope in, verdicts and patch out."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from app.schemas.mutations import Seq
from app.schemas.records import VALUES
from app.schemas.shapes import Id, Moment, OpenShape, Shape, among, demand_years, words

MOST_MUTATIONS = 500
Version = Annotated[int, Meta(ge=0, le=2**53)]


class MutationEnvelope(OpenShape):
    """A mutation as sent. Its arguments are checked one by one, so that each fails alone (P5)."""

    id: Id
    seq: Seq
    at: Moment
    name: Annotated[str, words(40, 1)]
    args: dict[str, Any]
    base: Version | None = None
    protocol: Annotated[int, Meta(ge=1, le=2**53)] | None = None

    def __post_init__(self) -> None:
        demand_years(self, "at")


class FromDevice(OpenShape):
    """What an exchange of any version says of who sends it."""

    device_id: Id


class ExchangeRequest(OpenShape):
    protocol: int
    device_id: Id
    sent_at: Moment
    cursor: str | None = None
    differs: Annotated[list[str], Meta(max_length=100)] = []
    limit: Annotated[int, Meta(ge=1, le=5000)] = 1000
    mutations: list[MutationEnvelope] = []
    device: Any = None
    """A `DeviceReport`, read as far as it can be: whatever is wrong with it fails nothing."""

    def __post_init__(self) -> None:
        demand_years(self, "sent_at")


class VerdictAnswer(Shape):
    id: Id
    seq: int
    verdict: Literal["applied", "merged", "superseded", "rejected", "quarantined"]
    code: str | None
    detail: Any
    receipt: str
    duplicate: bool | UnsetType = UNSET


class PatchOperation(Shape):
    op: Literal["put", "del"]
    type: Annotated[str, among(VALUES)]
    id: Id
    version: int | UnsetType = UNSET
    value: dict[str, Any] | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class Reset(Shape):
    reason: str


class Check(Shape):
    scope: str
    count: int
    digest: str


class ExchangeAnswer(Shape):
    now: Moment
    received_through: int
    verdicts: list[VerdictAnswer]
    patch: list[PatchOperation]
    cursor: str
    more: bool
    reset: Reset | None
    check: list[Check]
