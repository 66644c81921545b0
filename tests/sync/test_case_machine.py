"""A few cases, any people, any order: what docs/cases.md promises holds after every step."""

import logging
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sync.case_flow import ACTIONS
from sync.due_steps import STEPS
from sync.resident import Rating
from tests.phone import new_id
from tests.simulation.stores import towns
from tests.sync.case_hand import CASES, said_with
from tests.sync.case_life import Life
from tests.sync.case_town import CaseTown
from tests.town import PEOPLE, id_of

log = logging.getLogger(__name__)
SETTINGS = settings(
    stateful_step_count=50,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
EXAMPLES = {"memory": 100, "sqlite": 2, "postgresql": 2}
"""So many lives of a town on each kind of store."""
MOST_SEEDS = 8
"""In memory, seeds are played until all has happened that must. Of Hypothesis's choices some come from the
modules that other tests have loaded, so that no one seed promises what is rare."""
TAKEN_OR_NOT = [f"{action} {how}" for action in ACTIONS for how in ("taken", "refused")]
HAPPENS = [*TAKEN_OR_NOT, *STEPS, "by link", "nothing to rate", "part"]
"""What must happen in memory: every action taken and refused, every step, residents, and what was joined to a
case that is withdrawn."""
LATE = {"withdraw": 4, "merge": 2}
"""What ends a case comes as late as if it had been done so often before."""

PERSON, ACTION = st.sampled_from(sorted(PEOPLE)), st.sampled_from(sorted(ACTIONS))
KIND = st.sampled_from(["doorstep", "branch"])
HOURS = st.sampled_from([0.25, 1, 5, 30, 4 * 24, 8 * 24, 31 * 24, 31 * 24])


class Cases(RuleBasedStateMachine):
    """What people, the worker and residents do to cases; `town` holds it to what was promised."""

    def __init__(self, town: CaseTown) -> None:
        super().__init__()
        self.town, self.done, self.lines = town, Counter(LATE), 0

    @initialize(kind=KIND)
    def somebody_opens_a_case(self, kind: str) -> None:
        self.open("worker", kind, "normal")

    @precondition(lambda self: len(self.town.lives) < len(CASES))
    @rule(
        who=st.sampled_from(["worker", "mate", "leader"]),
        kind=KIND,
        urgency=st.sampled_from(["normal", "urgent"]),
    )
    def open(self, who: str, kind: str, urgency: str) -> None:
        case_id = CASES[len(self.town.lives)]
        self.town.lives[case_id] = Life()
        said = {"kind": kind, "title": "楼道漏水", "urgency": urgency}
        self.town.tap(who, "open", case_id, dwelling_id=id_of("g1-101"), **said)
        self.town.send(who)

    @rule(who=PERSON, case_id=st.sampled_from(CASES), action=ACTION, data=st.data())
    def try_anything(self, who: str, case_id: str, action: str, data: st.DataObject) -> None:
        """Whoever may not is refused; who sends later has acted on what is no longer so."""
        self.act(who, case_id, action, data)
        if data.draw(st.booleans()):
            self.town.send(who)

    @rule(times=st.integers(1, 4), data=st.data())
    def do_what_is_allowed(self, times: int, data: st.DataObject) -> None:
        """What was done least often so far, so that cases get far."""
        for _ in range(times):
            may = {id_: moves for id_ in self.town.lives if (moves := self.town.moves(id_))}
            if may:
                case_id = data.draw(st.sampled_from(list(may)))
                seldom = min(self.done[action] for action in may[case_id])
                actions = [action for action in may[case_id] if self.done[action] == seldom]
                action = data.draw(st.sampled_from(actions))
                who = data.draw(st.sampled_from(may[case_id][action]))
                self.act(who, case_id, action, data)
                self.town.send(who)

    @precondition(lambda self: self.town.joined_to())
    @rule(data=st.data())
    def withdraw_what_others_were_joined_to(self, data: st.DataObject) -> None:
        case_id = data.draw(st.sampled_from(self.town.joined_to()))
        for who in self.town.moves(case_id).get("withdraw", [])[:1]:
            self.act(who, case_id, "withdraw", data)
            self.town.send(who)

    @precondition(lambda self: any(self.town.waiting.values()))
    @rule(data=st.data())
    def send_late(self, data: st.DataObject) -> None:
        waiting = [who for who in PEOPLE if self.town.waiting[who]]
        self.town.send(data.draw(st.sampled_from(waiting)))

    @rule(data=st.data())
    def resend(self, data: st.DataObject) -> None:
        answered = [who for who in PEOPLE if self.town.answered[who]]
        self.town.resend(data.draw(st.sampled_from(answered)))

    @rule(who=PERSON)
    def look(self, who: str) -> None:
        self.town.look(who)

    @rule(hours=HOURS, worker_comes=st.booleans())
    def wait(self, hours: float, worker_comes: bool) -> None:
        self.town.now += timedelta(hours=hours)
        if worker_comes:
            self.town.sweep()

    @precondition(lambda self: any(self.settled()))
    @rule(solved=st.booleans(), content=st.sampled_from([True, False, None]), data=st.data())
    def a_resident_rates(self, solved: bool, content: bool | None, data: st.DataObject) -> None:
        """Of their own case, or of the one it was joined to, which may not be settled yet."""
        case_id = data.draw(st.sampled_from(self.settled()))
        self.town.rate_by_link(case_id, Rating(solved, content, "谢谢"))

    def settled(self) -> list[str]:
        lives = self.town.lives.items()
        return [id_ for id_, life in lives if life.state in ("resolved", "closed", "merged")]

    def act(self, who: str, case_id: str, action: str, data: st.DataObject) -> None:
        """Somebody taps an action on their phone."""
        self.lines += 1
        self.done[action] += 1
        said = data.draw(said_with(action, self.town.now))
        self.town.tap(who, action, case_id, event_id=new_id(f"line {self.lines}"), **said)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_cases_live_as_the_documents_say_whoever_does_what_and_when(kind: str) -> None:
    tally = Counter[str]()
    with towns(kind) as fresh:

        class Here(Cases):
            def __init__(self) -> None:
                super().__init__(CaseTown(fresh().store, tally))

        for number in range(MOST_SEEDS):
            log.info("seed %d", number)
            examples = settings(SETTINGS, max_examples=EXAMPLES[kind])
            run_state_machine_as_test(seed(number)(Here), settings=examples)
            missing = [what for what in HAPPENS if not tally[what]]
            if kind != "memory" or not missing:
                return
    pytest.fail(f"never happened: {missing}")
