"""What a step that is due does to its case: an action by nobody's hand, or telling people."""

from dataclasses import replace

from sync import cases, telling
from sync.derived import derived_id
from sync.due_steps import STEPS, Step
from sync.levels import Unit
from sync.records import Due, Notice, Record
from sync.scene import Effect, Scene
from sync.verdict import Rejected


def taken(scene: Scene, case: Record, due: Due) -> Effect:
    """The case with the step behind it, and maybe others ahead; its lines, and whom to tell."""
    step = STEPS[due.step]
    behind = replace(case, due=tuple(other for other in case.due if other != due))
    effect = (_done if step.does else _told)(scene, behind, step, due)
    return effect._replace(records=(behind, *effect.records))


def _done(scene: Scene, case: Record, step: Step, due: Due) -> Effect:
    """As if somebody had done it now; nothing where the ladder ends."""
    try:
        return cases.carry_out(scene, case, step.does or "", {"event_id": _line_id(case, due)})
    except Rejected:
        return Effect()


def _told(scene: Scene, case: Record, step: Step, due: Due) -> Effect:
    """Notices, and maybe a line of the moment it was due."""
    line_id, units = _line_id(case, due), _told_units(scene, case, step)
    # who is told of a case above the community is to see it, too
    after = case.with_(reached=max([case.reached, *(unit.rank for unit in units)]))
    lines = (
        [cases.line(scene, after, line_id, step.name, "", at=due.at)] if step.leaves_line else []
    )
    renewed = cases.renew_timeline(scene, case, after)
    told = tuple(_notice(after, step.name, line_id, unit.id) for unit in units)
    return Effect((after, *renewed, *lines), told)


def _told_units(scene: Scene, case: Record, step: Step) -> list[Unit]:
    ladder, holder_id = scene.ladder(), case.value["holder_id"]
    whom = {"holder": ladder.get(holder_id), "above": ladder.above(holder_id)}
    return [unit for name in step.tells if (unit := whom[name])]


def _notice(case: Record, step: str, line_id: str, unit_id: str) -> Notice:
    """To a unit; where that holds the case, to its assignee as well."""
    id_ = telling.notice_id(line_id, unit_id)
    assignee_id = case.value["assignee_id"] if unit_id == case.value["holder_id"] else None
    urgency = case.value["urgency"]
    return Notice(id_, case.community_id, f"case_{step}", urgency, case.id, unit_id, assignee_id)


def _line_id(case: Record, due: Due) -> str:
    """One id per case, step and moment, so that a line made twice is one line."""
    return derived_id(case.id, due.step, due.at)
