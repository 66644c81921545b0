"""What a new phone on a slow network must fetch before it shows anything."""

from collections.abc import Callable

from tests.e2e.handset import Handset

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
    code = phone.page.evaluate("window.codeOfFirst()")
    assert {name.rsplit(".", 1)[1] for name, _, _ in code} == {"js", "css"}
    assert all(0 < sent < held for _, sent, held in code if held > 1000), code
    assert sum(sent for _, sent, _ in code) <= MOST_BYTES, code
