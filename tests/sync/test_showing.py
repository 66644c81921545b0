"""Who is told of a case above its community sees it from then on, on every store."""

from sync.levels import LEVELS
from sync.showing import show
from sync.store import Store
from tests.phone import case_args, new_id, on_workdays
from tests.sync.conftest import GetPhone
from tests.town import MORNING, id_of

CASE, COMMUNITY = new_id("c1"), id_of("community")


def show_to_street(store: Store) -> int:
    """Have the case reach the street; the number of the community's latest change."""
    with store.transaction([COMMUNITY]) as transaction:
        show(transaction, COMMUNITY, {CASE: LEVELS["street"].rank}, MORNING, on_workdays)
    with store.transaction([COMMUNITY]) as transaction:
        return transaction.latest(COMMUNITY)


def test_a_street_that_is_told_of_a_case_sees_it_with_its_timeline_and_the_district_does_not(
    store: Store, phone: GetPhone
) -> None:
    worker, officer, above = phone("worker"), phone("officer"), phone("district-officer")
    worker.do("case.open", **case_args("g1-101", "c1"))
    worker.do("case.note", id=CASE, event_id=new_id("n1"), text="三楼")
    officer.sync()
    assert not officer.ids("case")
    latest = show_to_street(store)
    for one in (officer, above):
        one.sync()
    assert (officer.ids("case"), len(officer.ids("case_event"))) == ({CASE}, 2)
    assert not above.ids("case")
    assert show_to_street(store) == latest
