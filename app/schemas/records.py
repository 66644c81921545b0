"""The values of records as they travel in a patch; the same names as the columns of their tables."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, UnsetType

from app.schemas.mutations import (
    Answer,
    Callee,
    CaseKind,
    CouncilStage,
    Occupancy,
    Photos,
    RatedBy,
    Relation,
    Urgency,
    VisitKind,
    Votes,
)
from app.schemas.shapes import (
    Day,
    Id,
    Location,
    Moment,
    Place,
    Reporter,
    Sha256,
    Shape,
    among,
    words,
)
from sync.case_flow import STATES
from sync.levels import LEVELS
from sync.merge import POLICIES

Level = Annotated[str, among(LEVELS)]
State = Annotated[str, among(STATES["states"])]
Editable = Annotated[str, among(POLICIES)]


class Placed(Shape):
    grid_id: Id | None
    compound_id: Id | None


class Unit(Shape):
    code: Annotated[str, words(40)]
    name: Annotated[str, words(120)]
    level: Level
    parent_id: Id | None


class Membership(Shape):
    """A post. `department` is what a responder comes from; empty for others."""

    unit_id: Id
    role: Annotated[str, words(24)]
    department: Annotated[str, words(40)]


class Person(Shape):
    name: Annotated[str, words(64)]
    memberships: list[Membership]


class Building(Placed):
    name: Annotated[str, words(60)]
    entrances: int
    floors: int


class Dwelling(Placed):
    building_id: Id
    entrance: Annotated[str, words(12)]
    floor: int
    room: Annotated[str, words(12)]
    occupancy: Occupancy
    note: str


class Resident(Placed):
    dwelling_id: Id
    name: Annotated[str, words(64)]
    phone: Annotated[str, words(32)]
    relation: Relation
    birth_year: int | None
    care_needs: list[str]
    consented_on: Day | None


class Visit(Placed):
    dwelling_id: Id | None
    place: Place | None
    kind: VisitKind
    occurred_at: Moment
    met: list[Id]
    summary: str
    needs: list[str]
    photos: list[Sha256]
    location: Location | None
    next_visit_on: Day | None
    visitor_id: Id
    visitor_name: Annotated[str, words(64)]
    received_at: Moment


class Rating(Shape):
    """What the resident last said of a case, and how they were asked; `content` is null if unsaid."""

    solved: bool
    content: bool | None
    how: RatedBy


class Call(Shape):
    """Somebody who was called to a case by a whistle, and what they answered last."""

    person_id: Id
    name: Annotated[str, words(64)]
    by_id: Id
    at: Moment
    answer: Answer | None
    answered_at: Moment | None


class Case(Placed):
    kind: CaseKind
    title: Annotated[str, words(120)]
    detail: Annotated[str, words(5000)]
    state: State
    urgency: Urgency
    category: Annotated[str, words(60)] | None
    dwelling_id: Id | None
    place: Place | None
    visit_id: Id | None
    reporter: Reporter | None
    photos: Photos
    origin_id: Id
    holder_id: Id
    assignee_id: Id | None
    opened_by: Id
    opened_at: Moment
    accept_by: Moment | None
    settle_by: Moment | None
    held_by: list[Id]
    climbed_from: list[Id]
    returned_from: list[Id]
    reached: int
    extension_until: Moment | None
    resolved_at: Moment | None
    closed_at: Moment | None
    rating: Rating | None
    merged_into: Id | None
    calls: list[Call]


class Details(Shape):
    """The facts of an action that are no words; each action has its own.

    assign: `assignee_id`, `assignee_name`. extend: `until`. council: `stage`, `present`, `votes`.
    rate: `solved`, `content`, `how`. merge: of the child `into_id`, of the parent `case_id`, and the
    other's `number`. part: of the child `from_id`, and the other's `number`. whistle: `to`, and of those it
    `called` the first names and the `count`. respond: `answer`.
    """

    assignee_id: Id | UnsetType = UNSET
    assignee_name: Annotated[str, words(64)] | UnsetType = UNSET
    until: Moment | UnsetType = UNSET
    stage: CouncilStage | UnsetType = UNSET
    present: int | UnsetType = UNSET
    votes: Votes | UnsetType = UNSET
    solved: bool | UnsetType = UNSET
    content: bool | UnsetType = UNSET
    how: RatedBy | UnsetType = UNSET
    into_id: Id | UnsetType = UNSET
    from_id: Id | UnsetType = UNSET
    case_id: Id | UnsetType = UNSET
    number: Annotated[str, words(12)] | UnsetType = UNSET
    to: list[Callee] | UnsetType = UNSET
    called: list[str] | UnsetType = UNSET
    count: int | UnsetType = UNSET
    answer: Answer | UnsetType = UNSET


class CaseEvent(Placed):
    case_id: Id
    action: Annotated[str, words(12)]
    actor_id: Id | None
    actor_name: Annotated[str, words(64)]
    actor_role: Annotated[str, words(24)]
    at: Moment
    received_at: Moment
    text: Annotated[str, words(5000)]
    attempted: Annotated[str, words(12)] | None
    from_unit_id: Id | None
    to_unit_id: Id | None
    photos: Photos
    details: Details | None
    reached: int


class ConflictSide(Shape):
    """One of two values: what it is, who wrote it, when, by which mutation. Null where it is a removal,
    and once the conflict is settled."""

    value: Any
    name: Annotated[str, words(64)]
    person_id: Id
    at: Moment
    mutation_id: Id


class Conflict(Placed):
    record_type: Editable
    record_id: Id
    field: Annotated[str, words(24)]
    against: Literal["edit", "removal"]
    mine: ConflictSide
    theirs: ConflictSide
    author_id: Id
    state: Literal["open", "settled"]
    settled_by: Id | None


VALUES: dict[str, type[Shape]] = {
    "unit": Unit,
    "person": Person,
    "building": Building,
    "dwelling": Dwelling,
    "resident": Resident,
    "visit": Visit,
    "case": Case,
    "case_event": CaseEvent,
    "conflict": Conflict,
}
