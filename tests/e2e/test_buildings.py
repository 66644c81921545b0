"""From building to building without going back to the list, and a tower that is wider than the screen."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.phone_storage import STORAGE
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"

TOWER = f"""async (id) => {{
  {STORAGE}
  const board = (await rowsOf('board')).find(({{ building_id }}) => building_id === id)
  const homes = Array.from({{ length: 320 }}, (_, at) => {{
    const floor = Math.floor(at / 8) + 1
    const door = {{ ...board.homes[0].door, entrance: '1', floor, room: `${{floor}}0${{at % 8 + 1}}` }}
    return {{ ...board.homes[at % board.homes.length], id: `home-${{at}}`, door }}
  }})
  const tower = await seal({{ building_id: id }}, {{ homes }}, 'board')
  await whenDone(db.transaction('board', 'readwrite').objectStore('board').put(tower))
  db.close()
}}"""
"""Makes the building one of 40 floors with 8 rooms each, as far as the lists of this phone know."""


def swipe(phone: Handset, along: int, top: int = 700) -> None:
    """One finger over the screen, from its middle."""
    session = phone.context.new_cdp_session(phone.page)
    steps = [180 + along * step // 10 for step in range(11)]
    for kind, left in [("touchStart", 180), *(("touchMove", left) for left in steps)]:
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": left, "y": top}]}
        )
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_buildings_are_turned_by_a_swipe_by_buttons_and_by_keys_in_the_order_of_the_list(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = handset()
    worker.sign_in(served.of_role("grid_worker", GRID)[0], PASSWORD)
    worker.lose_signal()
    worker.open("/buildings")
    names = worker.page.locator("main li strong")
    expect(names.nth(1)).to_be_visible()
    first, second = names.all_inner_texts()[:2]
    names.first.tap()
    title = worker.page.get_by_role("heading", level=1)
    expect(title).to_have_text(first)
    expect(worker.page.get_by_role("button", name=f"下一栋：{second}")).to_be_visible()

    swipe(worker, -150)
    expect(title).to_have_text(second)
    swipe(worker, 150)
    expect(title).to_have_text(first)
    swipe(worker, 150)
    expect(title).to_have_text(first)
    worker.tap(f"下一栋：{second}")
    expect(title).to_have_text(second)
    worker.page.keyboard.press("ArrowLeft")
    expect(title).to_have_text(first)
    worker.tap("返回")
    expect(names.first).to_have_text(first)


def test_in_a_tower_of_40_floors_with_8_rooms_the_matrix_scrolls_before_the_building_turns(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = handset()
    worker.sign_in(served.of_role("grid_worker", GRID)[0], PASSWORD)
    worker.lose_signal()
    worker.open("/buildings")
    link = worker.page.locator("a[href^='/buildings/']").first
    path, name = link.get_attribute("href") or "", link.locator("strong").inner_text()
    worker.page.evaluate(TOWER, path.rpartition("/")[2])
    worker.open(path)
    frame = worker.page.get_by_role("region")
    expect(frame.locator("a")).to_have_count(320)
    title = worker.page.get_by_role("heading", level=1)
    expect(title).to_have_text(name)
    assert frame.evaluate("(at) => at.scrollWidth > at.clientWidth")

    swipe(worker, -150, top=600)
    expect(title).to_have_text(name)
    frame.evaluate("(at) => at.scrollTo({ left: at.scrollWidth, behavior: 'instant' })")
    swipe(worker, -150, top=600)
    expect(title).not_to_have_text(name)
