"""A photo that a mate took is seen again without signal, and lies open nowhere on the phone."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import orjson
from PIL import Image
from playwright.sync_api import Playwright, expect

from app.ids import new_id
from tests.device import Device, now
from tests.e2e.conftest import lending
from tests.e2e.gateway import gateway
from tests.e2e.handset import Handset
from tests.serving import Running
from tests.town import PASSWORD, id_of

MATE, WORKER = "mate", "worker"
HOME, OTHER_HOME = "g1-101", "g1-102"
JFIF = b"JFIF\0"
"""What stands at the head of every JPEG, however it was made."""
DRAWN = """async (photo) => {
  while (!(photo.complete && photo.naturalWidth)) {
    await new Promise((done) => photo.addEventListener('load', done, { once: true }))
  }
  return [photo.naturalWidth, photo.src.split(':')[0]]
}"""
KEPT = """async (person) => {
  const whenDone = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result) })
  const db = await whenDone(indexedDB.open(`qiaomen-${person}`))
  let row
  while (!row) [row] = await whenDone(db.transaction('photo_copy').objectStore('photo_copy').getAll())
  db.close()
  return [...new Uint8Array(row.sealed.slice(1000, 1032))]
}"""
"""Waits until a copy is kept; some of its bytes as they lie."""


def visit_with_photo(town: Running, author: str, home: str) -> None:
    """Somebody records a visit with a photo."""
    out = BytesIO()
    Image.effect_noise((1200, 800), 4).convert("RGB").save(out, "JPEG")
    sha256 = hashlib.sha256(out.getvalue()).hexdigest()
    with closing(Device(town.port, author)) as device:
        device.connection.request(
            "PUT", f"/api/v1/blobs/{sha256}", out.getvalue(), device.headers()
        )
        answer = device.connection.getresponse()
        answer.read()
        assert answer.status == 201
        said = {"kind": "routine", "occurred_at": now(), "summary": "楼梯扶手松了"}
        visit = {"id": new_id(), "dwelling_id": id_of(home), **said, "photos": [sha256]}
        answer = orjson.loads(
            device.post(device.envelope(mutations=[device.mutation("visit.record", **visit)]))
        )
        assert answer["verdicts"][0]["verdict"] == "applied"


def files_with(folder: Path, words: bytes) -> Iterator[str]:
    """The files of a phone's storage in which these bytes lie."""
    for path in folder.rglob("*"):
        if path.is_file() and words in path.read_bytes():
            yield str(path.relative_to(folder))


def shown(phone: Handset) -> tuple[int, str]:
    """How wide the photo on the page is, and where it came from."""
    photo = phone.page.get_by_role("button", name="看照片 1").locator("img")
    expect(photo).to_be_visible()
    width, source = photo.evaluate(DRAWN)
    return width, source


def test_a_mates_photo_is_seen_again_without_signal_and_lies_open_nowhere(
    new_phone: Callable[[], Handset], town: Running, tmp_path: Path
) -> None:
    visit_with_photo(town, MATE, HOME)
    phone = new_phone()
    phone.sign_in(WORKER, PASSWORD)
    phone.lose_signal()
    phone.open(f"/dwellings/{id_of(HOME)}")
    phone.sees("联网后可看")
    phone.find_signal()
    assert shown(phone) == (1200, "http")
    kept = bytes(phone.page.evaluate(KEPT, id_of(WORKER)))
    phone.lose_signal()
    phone.reopen()
    phone.open(f"/dwellings/{id_of(HOME)}")
    assert shown(phone) == (1200, "blob")
    phone.close()
    lying = {words: list(files_with(tmp_path, words)) for words in (kept, JFIF)}
    phone.power_on()
    assert lying[kept]
    assert lying[JFIF] == []


def test_photos_cached_in_the_open_by_an_older_version_are_gone_once_the_app_was_opened_online(
    playwright: Playwright, town: Running, tmp_path: Path
) -> None:
    visit_with_photo(town, MATE, OTHER_HOME)
    with gateway(town.port) as front, lending(playwright, tmp_path, front.address) as hand_out:
        front.cached["/api/v1/blobs/"] = "private, max-age=31536000, immutable"
        phone = hand_out()
        phone.sign_in(WORKER, PASSWORD)
        phone.open(f"/dwellings/{id_of(OTHER_HOME)}")
        assert shown(phone) == (1200, "http")
        phone.page.evaluate(KEPT, id_of(WORKER))
        # the mark is set by signing in; a phone that was signed in before has none
        phone.context.clear_cookies(name="qiaomen_cleared")
        phone.close()
        assert list(files_with(tmp_path, JFIF))

        phone.power_on()
        with phone.page.expect_response("**/api/v1/session"):
            phone.open("/")
            phone.unlock()
        phone.lose_signal()
        phone.reopen()
        phone.open(f"/dwellings/{id_of(OTHER_HOME)}")
        assert shown(phone) == (1200, "blob")
        phone.close()
        assert list(files_with(tmp_path, JFIF)) == []
        phone.power_on()
