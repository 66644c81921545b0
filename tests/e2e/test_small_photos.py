"""What a phone keeps and sends of a photo: small, upright, and nothing of where and when it was taken."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.Image import Exif
from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.test_case_life import open_case
from tests.e2e.test_main_job import record_visit
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"
MOST_BYTES = 200 * 1024
ORIENTATION, MADE_BY, PLACE = 0x0112, 0x010F, 0x8825
TURNED_RIGHT = 6
LATITUDE = 2

SLOW = """() => {
  const made = window.createImageBitmap
  window.createImageBitmap = async (...given) => {
    await new Promise((done) => setTimeout(done, 1500))
    return made(...given)
  }
}"""
"""Photos take as long to be made small as on a cheap phone."""


def taken_with(orientation: int, path: Path) -> Path:
    """A noisy picture of four million pixels, as a camera writes it that knows where it is."""
    exif = Exif()
    exif[ORIENTATION], exif[MADE_BY] = orientation, "Redmi"
    exif.get_ifd(PLACE)[LATITUDE] = (37.0, 32.0, 10.0)
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(path, exif=exif, quality=92)
    return path


@pytest.mark.parametrize(("orientation", "is_wide"), [(1, True), (TURNED_RIGHT, False)])
def test_a_photo_leaves_the_phone_small_upright_and_without_what_the_camera_wrote_of_it(
    handset: Callable[[], Handset],
    served: Running,
    tmp_path: Path,
    orientation: int,
    is_wide: bool,
) -> None:
    phone = handset()
    phone.sign_in(served.of_role("grid_worker", GRID)[0], PASSWORD)
    phone.find_dwelling("1-1-402")
    photo = taken_with(orientation, tmp_path / "stairs.jpg")
    with phone.page.expect_request(lambda asked: asked.method == "PUT") as sent:
        record_visit(phone, "楼梯扶手松了", photo)
    body = sent.value.post_data_buffer
    assert body
    assert len(body) <= MOST_BYTES < photo.stat().st_size
    with Image.open(BytesIO(body)) as image:
        assert not image.getexif()
        assert (image.width > image.height) == is_wide
        assert max(image.size) <= 1600


def test_a_photo_is_in_the_draft_of_who_leaves_while_it_is_still_being_made_small(
    new_phone: Callable[[], Handset], tmp_path: Path
) -> None:
    phone = new_phone()
    phone.sign_in("worker", PASSWORD)
    photo = taken_with(1, tmp_path / "stairs.jpg")
    phone.find_dwelling("102")
    phone.page.evaluate(SLOW)
    phone.tap("记走访")
    phone.page.get_by_label("从相册选").set_input_files(photo)
    phone.tap("返回")
    phone.page.wait_for_url("**/dwellings/*")
    phone.tap("记走访")
    phone.sees("已恢复上次没写完的内容")
    expect(phone.page.get_by_role("button", name="看照片")).to_have_count(1)

    open_case(phone, "扶手松了")
    phone.tap("接单")
    phone.page.evaluate(SLOW)
    phone.tap("办结")
    dialog = phone.page.get_by_role("dialog")
    dialog.get_by_label("从相册选").set_input_files(photo)
    dialog.get_by_role("button", name="关闭").tap()
    expect(dialog).to_have_count(0)
    phone.tap("办结")
    expect(dialog.get_by_role("button", name="看照片")).to_have_count(1)
