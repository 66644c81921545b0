"""What a phone must fetch before it shows anything: a new one on a slow network, and a locked one."""

from collections.abc import Callable

from tests.e2e.handset import Handset
from tests.town import PASSWORD

MOST_BYTES = 90_000

FIRST = """
// The code that was asked for before the first form stood on the screen, as it was sent.
new MutationObserver((_changes, observer) => {
  if (!document.querySelector('form input')) return
  observer.disconnect()
  const firstAt = performance.now()
  window.codeOfFirst = () => performance.getEntriesByType('resource')
    .filter(({ name, startTime }) => startTime < firstAt && /[.](js|css)$/.test(name))
    .map(({ name, encodedBodySize, decodedBodySize }) => [name, encodedBodySize, decodedBodySize])
}).observe(document, { childList: true, subtree: true })
"""


def test_a_new_phone_fetches_at_most_90_kilobytes_of_code_before_its_first_screen(
    new_phone: Callable[[], Handset],
) -> None:
    phone = new_phone()
    phone.context.add_init_script(FIRST)
    phone.open("/")
    phone.wait_until("window.codeOfFirst !== undefined")
    code = code_of_first(phone)
    assert {name.rsplit(".", 1)[1] for name, _, _ in code} == {"js", "css"}
    assert all(0 < sent < held for _, sent, held in code if held > 1000), code
    assert sum(sent for _, sent, _ in code) <= MOST_BYTES, code


def test_a_locked_phone_has_its_lock_before_it_fetches_what_lies_behind(
    new_phone: Callable[[], Handset],
) -> None:
    phone = new_phone()
    phone.sign_in("harbour-worker", PASSWORD)
    phone.close()
    phone.power_on()
    phone.context.add_init_script(FIRST)
    phone.open("/")
    phone.wait_until("window.codeOfFirst !== undefined")
    before = {name.split("/assets/")[1].split("-")[0] for name, _, _ in code_of_first(phone)}
    assert before >= {"index", "vendor", "lock"}
    assert not before & {"today", "app", "zh", "sync"}, before
    phone.unlock()
    phone.sees("全部已送达")


def code_of_first(phone: Handset) -> list[tuple[str, int, int]]:
    """The name, the size as sent and the size of each."""
    code: list[tuple[str, int, int]] = phone.page.evaluate("window.codeOfFirst()")
    return code
