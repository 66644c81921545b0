"""What a rescued outbox holds (PROTOCOL.md, Rescue), and what became of it."""

from typing import Annotated

from msgspec import Meta

from app.schemas.exchange import MutationEnvelope
from app.schemas.mutations import Seq
from app.schemas.shapes import Id, Moment, OpenShape, Sha256, Shape, demand_years, words


class RescuedPhoto(OpenShape):
    """A photo whose bytes follow the content, in this order; `sealed` ones by the phone's data key."""

    sha256: Sha256
    size: Annotated[int, Meta(ge=0, le=2**31)]
    sealed: bool = False


class OutboxRow(OpenShape):
    """What a phone keeps encrypted of an intention in its outbox."""

    mutation: MutationEnvelope


class RescueContent(OpenShape):
    """`clock_offset_ms` is what the device's clock lacked to ours when they last met; null if never.

    Version 2 also brings rows as they lie on a phone, `sealed` by its data key, and that key encrypted to us;
    `places` are those rows' places in the queue, which phones from before it was added do not say.
    """

    protocol: int
    device_id: Id
    person_id: Id
    device_token: Annotated[str, words(64)]
    sent_at: Moment
    mutations: list[MutationEnvelope]
    clock_offset_ms: Annotated[int, Meta(ge=-(2**53), le=2**53)] | None = None
    photos: list[RescuedPhoto] = []
    data_key: Annotated[str, words(1000)] | None = None
    sealed: list[str] = []
    places: list[Seq] = []

    def __post_init__(self) -> None:
        demand_years(self, "sent_at")


class RescueAnswer(Shape):
    """What became of the mutations and photos of a rescued outbox, counted.

    `unreadable` are records that nobody can read any more: that they are lost is taken in their place.
    `waiting` ones come after a gap: they are kept with the file until what is missing, from
    `received_through` on, has arrived.
    """

    taken: int
    already: int
    quarantined: int
    rejected: int
    unreadable: int
    waiting: int
    received_through: int
    photos: int
    photos_refused: int
