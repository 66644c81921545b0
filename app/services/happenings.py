"""What happens to a case at a unit, read from its timeline: what a platform beyond it can be told."""

from collections.abc import Iterable, Iterator

from app.models import CaseEvent

ARRIVED, REOPENED, LEFT = "case.arrived", "case.reopened", "case.left"
RESOLVED, CLOSED = "case.resolved", "case.closed"
STAYING = {
    "note": "case.noted",
    "resolve": RESOLVED,
    "withdraw": "case.withdrawn",
    "merge": "case.merged",
    "close": CLOSED,
}
"""What lines that move no case say, by their action."""

TOLD = {
    "open311": frozenset({ARRIVED, REOPENED}),
    "webhook": frozenset({ARRIVED, REOPENED, LEFT, *STAYING.values()}),
}
"""What each kind of connector is told."""

WORDY = frozenset({"note", "resolve", "return", "withdraw", "merge", "reopen", "part"})
"""Actions whose words are told too. Those of a rating are a resident's, those of an arrival no news of it."""


def happenings(timeline: Iterable[CaseEvent], unit_id: str) -> Iterator[tuple[str, CaseEvent]]:
    """What happened to the case while the unit held it, each with its line; in their order.

    `timeline` is the whole of it, by version: only its moves tell where the case was at each line.
    """
    here = resolved = False
    for line in timeline:
        if line.to_unit_id:
            was, here, resolved = here, line.to_unit_id == unit_id, False
            if was or here:
                yield (LEFT if not here else REOPENED if was else ARRIVED), line
        elif here and (event := _said(line, resolved)):
            resolved = event == RESOLVED or (resolved and event != CLOSED)
            yield event, line


def _said(line: CaseEvent, resolved: bool) -> str | None:
    details = line.details or {}
    if line.action == "rate":
        # a resident's word closes what is resolved; one that came late changes nothing
        return CLOSED if resolved and details.get("solved") else None
    if line.action == "merge" and "into_id" not in details:
        # another case was joined to this one
        return None
    return STAYING.get(line.action)
