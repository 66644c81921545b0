"""What a district's platform says of a case, by webhook (docs/connectors.md)."""

from typing import Annotated, Literal

from app.schemas.shapes import Id, Moment, Shape, demand_years, words
from sync.tidings import MOST_WORDS


class HookRequest(Shape):
    """News of one case; `closed` says that nothing is left to do, `updated_at` when the platform wrote it."""

    case_id: Id
    status: Literal["open", "closed"]
    updated_at: Moment
    notes: Annotated[str, words(MOST_WORDS)] = ""

    def __post_init__(self) -> None:
        demand_years(self, "updated_at")
