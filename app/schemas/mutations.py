"""The arguments of every mutation the server takes, by its name."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from app.schemas.shapes import (
    Day,
    Id,
    Location,
    Moment,
    Place,
    Reporter,
    Sha256,
    Shape,
    demand_years,
    words,
)

VisitKind = Literal["routine", "care", "follow_up", "survey", "other", "no_answer"]
CaseKind = Literal["doorstep", "branch"]
Urgency = Literal["normal", "urgent"]
Occupancy = Literal["owner", "tenant", "vacant", "unknown"]
Relation = Literal["head", "spouse", "child", "parent", "tenant", "other"]
FollowUp = Literal["call", "visit"]
"""How staff asked a resident for a rating (docs/cases.md)."""
RatedBy = Literal["call", "visit", "link"]
"""The same, or the resident's own link."""
CouncilStage = Literal["propose", "deliberate", "handle", "evaluate"]
"""提、议、办、评"""
Answer = Literal["coming", "arrived", "done", "declined"]
"""报到: what somebody who was called says."""
Heads = Annotated[int, Meta(ge=0, le=100_000)]
Seq = Annotated[int, Meta(ge=1, le=2**53)]
"""The number of a mutation on its device."""
Keep = Literal["mine", "theirs", "both"]
Floor = Annotated[int, Meta(ge=-20, le=200)]
Year = Annotated[int, Meta(ge=1880, le=2200)]
Need = Annotated[str, words(60)]
Photos = Annotated[list[Sha256], Meta(max_length=20)]
FEW = Meta(max_length=20)
MANY = Meta(max_length=100)
"""Of a set that several people have added to, each at most 20 at once; and of people behind one door."""
LONG_TEXT = 20_000
"""How long a text may be that several people have written; each of them began with at most 5000."""


class VisitRecordArgs(Shape):
    id: Id
    kind: VisitKind
    occurred_at: Moment
    dwelling_id: Id | None = None
    place: Place | None = None
    met: Annotated[list[Id], MANY] = []
    summary: Annotated[str, words(5000)] = ""
    needs: Annotated[list[Need], FEW] = []
    photos: Photos = []
    location: Location | None = None
    next_visit_on: Day | None = None

    def __post_init__(self) -> None:
        demand_years(self, "occurred_at")


class DwellingAddArgs(Shape):
    id: Id
    building_id: Id
    entrance: Annotated[str, words(12, 1)]
    floor: Floor
    room: Annotated[str, words(12, 1)]
    occupancy: Occupancy = "unknown"
    note: Annotated[str, words(5000)] = ""


class ResidentAddArgs(Shape):
    id: Id
    dwelling_id: Id
    name: Annotated[str, words(64, 1)]
    phone: Annotated[str, words(32)] = ""
    relation: Relation = "other"
    birth_year: Year | None = None
    care_needs: Annotated[list[Need], FEW] = []
    consented_on: Day | None = None


class Changes(Shape):
    """What may be changed of a record; only what is sent changes, and something must."""

    def __post_init__(self) -> None:
        if all(getattr(self, name) is UNSET for name in self.__struct_fields__):
            raise ValueError("nothing changes")


class DwellingChanges(Changes):
    entrance: Annotated[str, words(12, 1)] | UnsetType = UNSET
    floor: Floor | UnsetType = UNSET
    room: Annotated[str, words(12, 1)] | UnsetType = UNSET
    occupancy: Occupancy | UnsetType = UNSET
    note: Annotated[str, words(LONG_TEXT)] | UnsetType = UNSET


class ResidentChanges(Changes):
    name: Annotated[str, words(64, 1)] | UnsetType = UNSET
    phone: Annotated[str, words(32)] | UnsetType = UNSET
    relation: Relation | UnsetType = UNSET
    birth_year: Year | UnsetType | None = UNSET
    care_needs: Annotated[list[Need], MANY] | UnsetType = UNSET
    consented_on: Day | UnsetType | None = UNSET


class VisitChanges(Changes):
    kind: VisitKind | UnsetType = UNSET
    occurred_at: Moment | UnsetType = UNSET
    met: Annotated[list[Id], MANY] | UnsetType = UNSET
    summary: Annotated[str, words(LONG_TEXT)] | UnsetType = UNSET
    needs: Annotated[list[Need], MANY] | UnsetType = UNSET
    photos: Annotated[list[Sha256], MANY] | UnsetType = UNSET
    location: Location | UnsetType | None = UNSET
    next_visit_on: Day | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        demand_years(self, "occurred_at")


class DwellingEditArgs(Shape):
    id: Id
    changes: DwellingChanges


class ResidentEditArgs(Shape):
    id: Id
    changes: ResidentChanges


class VisitAmendArgs(Shape):
    id: Id
    changes: VisitChanges


class ResidentRemoveArgs(Shape):
    id: Id
    reason: Annotated[str, words(2000)] = ""


class ConflictSettleArgs(Shape):
    id: Id
    keep: Keep


class CaseOpenArgs(Shape):
    id: Id
    kind: CaseKind
    title: Annotated[str, words(120, 1)]
    detail: Annotated[str, words(5000)] = ""
    urgency: Urgency = "normal"
    category: Annotated[str, words(60)] | None = None
    dwelling_id: Id | None = None
    place: Place | None = None
    visit_id: Id | None = None
    reporter: Reporter | None = None
    photos: Photos = []


class CaseActArgs(Shape):
    """What every action on a case carries: the case, and the line of the timeline it makes."""

    id: Id
    event_id: Id


class CaseNoteArgs(CaseActArgs):
    text: Annotated[str, words(5000, 1)]
    photos: Photos = []


class CaseAcceptArgs(CaseActArgs):
    text: Annotated[str, words(5000)] = ""


class CaseReasonArgs(CaseActArgs):
    reason: Annotated[str, words(2000, 1)]


class CaseGrantArgs(CaseAcceptArgs):
    """`asked` is the time that was asked for, as its author saw it; null from phones that do not say."""

    asked: Moment | None = None


class CaseDenyArgs(CaseReasonArgs):
    """`asked` as in `CaseGrantArgs`."""

    asked: Moment | None = None


class CaseAssignArgs(CaseActArgs):
    assignee_id: Id
    text: Annotated[str, words(5000)] = ""


class CaseExtendArgs(CaseReasonArgs):
    until: Moment

    def __post_init__(self) -> None:
        demand_years(self, "until")


class Votes(Shape):
    """Of a council's decision."""

    in_favour: Heads
    against: Heads
    abstained: Heads


class CaseCouncilArgs(CaseActArgs):
    """One step of a council: `present` and `votes` are of those who deliberated."""

    stage: CouncilStage
    text: Annotated[str, words(5000, 1)]
    present: Heads | None = None
    votes: Votes | None = None
    photos: Photos = []


class CaseRateArgs(CaseActArgs):
    """What a resident said when asked; `content` is null if they did not say."""

    solved: bool
    how: FollowUp
    content: bool | None = None
    text: Annotated[str, words(5000)] = ""


class Callee(Shape):
    """Whom a whistle calls: those on duty at a unit, those of a department, or one person."""

    unit_id: Id | None = None
    department: Annotated[str, words(40, 1)] | None = None
    person_id: Id | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.unit_id, self.department, self.person_id)) != 1:
            raise ValueError("exactly one of unit_id, department, person_id")


class CaseWhistleArgs(CaseActArgs):
    to: Annotated[list[Callee], Meta(min_length=1, max_length=50)]
    text: Annotated[str, words(5000)] = ""


class CaseRespondArgs(CaseActArgs):
    answer: Answer
    text: Annotated[str, words(5000)] = ""
    photos: Photos = []


class CaseMergeArgs(CaseActArgs):
    into_id: Id
    text: Annotated[str, words(5000)] = ""


class UnmaskArgs(Shape):
    """Of the resident whose phone number was looked at, or of the case whose reporter's was."""

    id: Id


class OutboxLostArgs(Shape):
    to: Seq
    from_: Seq = field(name="from")


ARGS: dict[str, type[Shape]] = {
    "visit.record": VisitRecordArgs,
    "visit.amend": VisitAmendArgs,
    "dwelling.add": DwellingAddArgs,
    "dwelling.edit": DwellingEditArgs,
    "resident.add": ResidentAddArgs,
    "resident.edit": ResidentEditArgs,
    "resident.remove": ResidentRemoveArgs,
    "conflict.settle": ConflictSettleArgs,
    "case.open": CaseOpenArgs,
    "case.note": CaseNoteArgs,
    "case.accept": CaseAcceptArgs,
    "case.assign": CaseAssignArgs,
    "case.escalate": CaseReasonArgs,
    "case.return": CaseReasonArgs,
    "case.extend": CaseExtendArgs,
    "case.grant": CaseGrantArgs,
    "case.deny": CaseDenyArgs,
    "case.council": CaseCouncilArgs,
    "case.whistle": CaseWhistleArgs,
    "case.respond": CaseRespondArgs,
    "case.resolve": CaseNoteArgs,
    "case.rate": CaseRateArgs,
    "case.reopen": CaseReasonArgs,
    "case.merge": CaseMergeArgs,
    "case.withdraw": CaseReasonArgs,
    "resident.unmask": UnmaskArgs,
    "case.unmask": UnmaskArgs,
    "outbox.lost": OutboxLostArgs,
}
