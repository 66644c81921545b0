"""What must hold once the faults have stopped: issue by issue, as a list of checks by name."""

from collections.abc import Callable

from tests.simulation import copies, deadlines, endings, journals, orders
from tests.simulation.world import World

CHECKS: list[Callable[[World], None]] = [
    journals.every_acknowledged_mutation_is_kept_exactly_once,
    journals.receipts_match_rows,
    endings.every_queue_has_drained,
    endings.every_mutation_has_ended,
    endings.nothing_vanished_without_a_reason_its_author_can_see,
    deadlines.no_step_that_is_due_was_left,
    copies.every_phone_equals_the_servers_view_of_its_scope,
    copies.the_servers_view_is_what_the_documents_say,
    orders.any_order_of_arrival_comes_to_the_same,
    journals.a_resend_changes_nothing,
    copies.a_second_pull_is_empty,
]


def check(world: World) -> None:
    """Everything that must hold. Raises Broken with what does not, after the check's own name."""
    for one in CHECKS:
        try:
            one(world)
        except Exception as fault:
            raise type(fault)(f"{one.__name__}: {fault}") from fault
