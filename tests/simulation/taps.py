"""What people do on their phones: the makers of each mutation's arguments, and what somebody does next."""

from collections.abc import Callable, Collection
from random import Random

from sync.judging import HANDLERS
from tests.simulation.changes import CHANGES
from tests.simulation.hands import SELDOM, Args, Hand
from tests.simulation.handset import Handset

MADE_BY_PHONES = frozenset({"outbox.lost"})
"""Mutations that a phone makes by itself."""


def record_visit(hand: Hand) -> Args:
    taken = hand.lately("visit") if hand.chance(0.02) else []
    kind = "nonsense" if hand.chance(0.03) else "routine"
    occurred = {"kind": kind, "occurred_at": "2026-11-23T08:30:00+08:00"}
    id_ = hand.dice.choice(taken) if taken else hand.new("visit")
    return {"id": id_, **hand.place(), **occurred, "summary": hand.words()}


def add_dwelling(hand: Hand) -> Args:
    building = hand.one_of("building")
    room = {"entrance": "1", "floor": 2, "room": "201"}
    return {"id": hand.id_to_add("dwelling"), "building_id": building, **room}


def add_resident(hand: Hand) -> Args:
    said = {"name": "李四", "phone": "13900000000", "care_needs": ["pregnant"]}
    return {"id": hand.id_to_add("resident"), "dwelling_id": hand.one_of("dwelling"), **said}


def _edit(type_: str) -> Callable[[Hand], Args]:
    def make(hand: Hand) -> Args:
        id_ = hand.one_of(type_)
        shown = hand.phone.kept.base.records.get((type_, id_), {})
        fields = hand.dice.sample(sorted(CHANGES[type_]), hand.dice.choice((1, 1, 2, 3)))
        changes = {name: CHANGES[type_][name](hand, shown.get(name)) for name in fields}
        unasked = {"grid_id": id_} if hand.chance(0.02) else {}
        return {"id": id_, "changes": {**changes, **unasked}}

    return make


def remove_resident(hand: Hand) -> Args:
    return {"id": hand.one_of("resident"), "reason": "搬走了"}


def _unmask(type_: str) -> Callable[[Hand], Args]:
    return lambda hand: {"id": hand.one_of(type_)}


def settle(hand: Hand) -> Args:
    known = hand.open_conflicts() or hand.lately("conflict") or [hand.new("conflict")]
    keep = hand.dice.choice(("mine", "theirs", "both"))
    return {"id": hand.dice.choice(known), "keep": keep}


def open_case(hand: Hand) -> Args:
    visits = hand.lately("visit") if hand.chance(0.3) else []
    after = {"visit_id": hand.dice.choice(visits)} if visits else {}
    said = {"kind": hand.dice.choice(["doorstep", "branch"]), "title": "楼道漏水"}
    said |= {"urgency": "urgent" if hand.chance(0.12) else "normal"}
    return {"id": hand.new("case"), **hand.place(), **said, "detail": hand.words(), **after}


More = Callable[[Hand, str], Args]
"""What an action on a case takes besides words."""


def _nothing(_hand: Hand, _case: str) -> Args:
    return {}


def _to_somebody(hand: Hand, case: str) -> Args:
    return {"assignee_id": hand.colleague(case)}


def _until(hand: Hand, _case: str) -> Args:
    until = hand.dice.choice(("2027-06-30", "2027-07-15")) if hand.chance(0.9) else "2026-11-01"
    return {"until": f"{until}T00:00:00.000Z"}


def _asked(hand: Hand, case: str) -> Args:
    shown = hand.phone.kept.base.records.get(("case", case), {})
    return {"asked": shown.get("extension_until") if hand.chance(0.9) else None}


def _rating(hand: Hand, _case: str) -> Args:
    content = hand.dice.choice((True, False, None))
    return {
        "solved": hand.chance(0.6),
        "content": content,
        "how": hand.dice.choice(("call", "visit")),
    }


def _step(hand: Hand, _case: str) -> Args:
    votes = {"in_favour": 9, "against": 1, "abstained": 2} if hand.chance(0.5) else None
    return {"stage": "deliberate", "present": 12, "votes": votes}


def _into(hand: Hand, _case: str) -> Args:
    return {"into_id": hand.dice.choice(hand.lately("case") or [hand.new("case")])}


def _whistle_to(hand: Hand, _case: str) -> Args:
    return {"to": [hand.callee() for _ in range(hand.dice.randrange(1, 3))]}


def _answer(hand: Hand, _case: str) -> Args:
    return {"answer": hand.dice.choice(("coming", "arrived", "done", "declined"))}


def _act(action: str, words: str, more: More = _nothing) -> Callable[[Hand], Args]:
    def make(hand: Hand) -> Args:
        case = hand.dice.choice(hand.cases(action) or [hand.new("case")])
        lines = hand.lines_beside(case) if hand.chance(0.01) else []
        event = hand.dice.choice(lines) if lines else hand.new("line")
        return {"id": case, "event_id": event, words: hand.words(), **more(hand, case)}

    return make


MAKERS: dict[str, Callable[[Hand], Args]] = {
    "visit.record": record_visit,
    "visit.amend": _edit("visit"),
    "dwelling.add": add_dwelling,
    "dwelling.edit": _edit("dwelling"),
    "resident.add": add_resident,
    "resident.edit": _edit("resident"),
    "resident.remove": remove_resident,
    "resident.unmask": _unmask("resident"),
    "conflict.settle": settle,
    "case.open": open_case,
    "case.note": _act("note", "text"),
    "case.accept": _act("accept", "text"),
    "case.escalate": _act("escalate", "reason"),
    "case.return": _act("return", "reason"),
    "case.resolve": _act("resolve", "text"),
    "case.whistle": _act("whistle", "text", _whistle_to),
    "case.respond": _act("respond", "text", _answer),
    "case.assign": _act("assign", "text", _to_somebody),
    "case.extend": _act("extend", "reason", _until),
    "case.grant": _act("grant", "text", _asked),
    "case.deny": _act("deny", "reason", _asked),
    "case.council": _act("council", "text", _step),
    "case.rate": _act("rate", "text", _rating),
    "case.reopen": _act("reopen", "reason"),
    "case.merge": _act("merge", "text", _into),
    "case.withdraw": _act("withdraw", "reason"),
    "case.unmask": _unmask("case"),
}

OFTEN = {
    "visit.record": 4,
    "visit.amend": 4,
    "dwelling.add": 1,
    "dwelling.edit": 6,
    "resident.edit": 6,
    "conflict.settle": 6,
    "case.open": 4,
    "case.escalate": 5,
    "case.accept": 4,
    "case.assign": 3,
    "case.extend": 4,
    "case.grant": 4,
    "case.resolve": 3,
    "case.whistle": 3,
    "case.respond": 4,
    "case.rate": 3,
    "case.withdraw": 0.6,
    "case.merge": 0.5,
}
"""How often people do each, to one of the others twice."""

NEEDS = {
    "visit.record": "dwelling",
    "case.open": "dwelling",
    "resident.add": "dwelling",
    "dwelling.add": "building",
}
"""What a phone must show for some to be done; for the others it is the type that they begin with."""


def check_makers() -> None:
    """Fail, by name, when the server takes a mutation that nobody here can make."""
    missing = sorted(set(HANDLERS) - set(MAKERS) - MADE_BY_PHONES)
    assert not missing, f"the simulation needs a maker in taps.py for {', '.join(missing)}"


def tap(
    dice: Random, phone: Handset, units: Collection[str]
) -> tuple[str, Args, int | None] | None:
    """Something its owner, serving at these units, does now: the mutation's name, arguments and base.

    None when the phone shows nothing to do anything about; now and then they try all the same.
    """
    hand, known = Hand(dice, phone, units), set(MAKERS) & set(HANDLERS)
    names = sorted(known if hand.chance(0.05) else filter(lambda n: may(hand, n), known))
    if not names:
        return None
    (name,) = dice.choices(names, [how_often(hand, name) for name in names])
    args = MAKERS[name](hand)
    return name, args, hand.looked_at(name, args)


def how_often(hand: Hand, name: str) -> float:
    """How often they do it: what is seldom asked of anybody, when they are asked."""
    usual, action = OFTEN.get(name, 2), name.removeprefix("case.")
    if action not in SELDOM:
        return usual
    return usual * (8 if hand.asked_for(action) else 0.2)


def may(hand: Hand, name: str) -> bool:
    """Whether the phone shows anything that this could be done to."""
    if name == "conflict.settle":
        return bool(hand.open_conflicts())
    return bool(hand.lately(NEEDS.get(name, name.partition(".")[0])))
