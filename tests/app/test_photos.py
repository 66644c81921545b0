"""Photos travel apart from the text that names them."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from flask import Flask
from PIL import Image, PngImagePlugin

from app.services import keeping_photos, staffing
from app.services.re_encoding import MOST_PIXELS
from app.shelves.bucket import Bucket
from app.shelves.folder import Folder
from app.shelves.shelf import ShelfAway
from tests.app.conftest import OWN
from tests.app.test_concurrency import at_once
from tests.meanwhile import Halt
from tests.phone import case_args, new_id, visit_args
from tests.storage import at, bad_storage

JFIF = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
"""What every JPEG says of itself."""


def picture(kind: str = "JPEG", **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, kind, **more)
    return out.getvalue()


def animated(kind: str) -> bytes:
    """Two pictures in turn."""
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("teal", "tomato")]
    out = BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def drawn(mode: str, colour: Any, kind: str, **more: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, (60, 40), colour).save(out, kind, **more)
    return out.getvalue()


def with_place() -> bytes:
    """A JPEG whose EXIF says where it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def put(person: Any, data: bytes, name: str = "") -> Any:
    sha256 = name or hashlib.sha256(data).hexdigest()
    return person.client.put(f"/api/v1/blobs/{sha256}", data=data, headers=OWN)


def address(data: bytes) -> str:
    return f"/api/v1/blobs/{hashlib.sha256(data).hexdigest()}"


def get(person: Any, data: bytes) -> Any:
    return person.client.get(address(data))


def test_a_photo_is_kept_upright_and_without_what_the_camera_wrote_beside_it(somebody: Any) -> None:
    worker, data = somebody("worker"), with_place()
    assert put(worker, data).status_code == 201
    kept = Image.open(BytesIO(get(worker, data).data))
    assert (kept.size, dict(kept.getexif())) == ((40, 60), {})


@pytest.mark.parametrize(
    ("entries", "size"),
    [
        ([(0x10E, 5, 1, 0), (0x112, 3, 1, 6)], (40, 60)),
        ([(0x111, 4, 1, 0xFFFFFFFF), (0x112, 3, 1, 6)], (40, 60)),
        ([(0x112, 5, 1, 0)], (60, 40)),
    ],
)
def test_a_picture_with_odd_words_of_its_camera_is_a_picture_all_the_same(
    somebody: Any, entries: list[tuple[int, int, int, int]], size: tuple[int, int]
) -> None:
    written = b"".join(pack("<HHII", *entry) for entry in entries)
    data = picture(exif=b"Exif\0\0II*\0" + pack("<IH", 8, len(entries)) + written + bytes(4))
    worker = somebody("worker")
    assert put(worker, data).status_code == 201
    assert Image.open(BytesIO(get(worker, data).data)).size == size


def test_nothing_written_beside_the_picture_is_kept_whatever_its_kind(somebody: Any) -> None:
    worker, said = somebody("worker"), PngImagePlugin.PngInfo()
    said.add_text("Author", "secret")
    exif = Image.Exif()
    exif[0x010E] = "secret"
    marked: dict[str, dict[str, Any]] = {
        "JPEG": {"comment": b"secret", "icc_profile": b"secret"},
        "PNG": {"pnginfo": said, "icc_profile": b"secret"},
        "WEBP": {"xmp": b"secret", "exif": exif},
    }
    for kind, more in marked.items():
        data = picture(kind, **more)
        assert put(worker, data).status_code == 201
        kept = Image.open(BytesIO(get(worker, data).data))
        assert (b"secret" in get(worker, data).data, set(kept.info) - JFIF) == (False, set())


def test_sending_a_photo_again_changes_nothing(somebody: Any) -> None:
    worker, data = somebody("worker"), picture()
    assert [put(worker, data).status_code for _ in range(2)] == [201, 204]
    assert put(somebody("mate"), data).status_code == 204


def test_a_photo_sent_twice_at_once_is_kept_once_and_both_are_told_so(
    app: Flask, somebody: Any
) -> None:
    people, data = [somebody("worker", f"d{n}") for n in range(4)], picture()
    answers = at_once(app, *[partial(put, person, data) for person in people])
    assert {answer.status_code for answer in answers} <= {201, 204}
    assert get(people[0], data).status_code == 200


def test_of_two_people_who_bring_a_photo_at_one_moment_who_was_told_first_keeps_it(
    town: Flask, somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, mate, data, halt = somebody("worker"), somebody("mate"), picture(), Halt()
    monkeypatch.setattr(keeping_photos, "re_encoded", halt.after(keeping_photos.re_encoded))
    halt.meanwhile(town, partial(put, worker, data), partial(put, mate, data))
    assert [get(person, data).status_code for person in (mate, worker)] == [200, 404]


def test_a_photo_that_an_older_backup_lacks_is_put_there_by_sending_it_again(
    somebody: Any, tmp_path: Path
) -> None:
    worker, data = somebody("worker"), picture()
    put(worker, data)
    (kept,) = (tmp_path / "photos").rglob("*.jpg")
    for spoil in (kept.unlink, partial(kept.write_bytes, b"half")):
        spoil()
        assert put(worker, data).status_code == 204
        assert get(worker, data).status_code == 200


@pytest.fixture
def away(app: Flask) -> Iterator[None]:
    """The storage is down."""
    with bad_storage(500) as server:
        app.extensions["photo_shelf"] = Bucket(at(server.server_port))
        yield


@pytest.mark.usefixtures("away")
def test_while_the_storage_is_down_photos_wait_and_text_goes_on(app: Flask, somebody: Any) -> None:
    worker, data = somebody("worker"), picture()
    refused = put(worker, data)
    assert (refused.status_code, refused.json["code"]) == (503, "busy")
    assert int(refused.headers["Retry-After"]) > 0
    sha256 = hashlib.sha256(data).hexdigest()
    named = worker.mutation("visit.record", **visit_args("g1-101", "v1", photos=[sha256]))
    assert worker.sync(named)["verdicts"][0]["verdict"] == "applied"
    assert get(somebody("mate"), data).status_code == 503
    app.extensions["photo_shelf"] = Folder(app.extensions["qiaomen"].data_dir / "photos")
    assert put(worker, data).status_code == 201


def test_whether_a_photo_is_there_is_said_without_reading_it(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, data = somebody("worker"), picture()
    put(worker, data)
    size = len(get(worker, data).data)

    def unread(_shelf: Folder, _name: str) -> None:
        raise ShelfAway("away")

    monkeypatch.setattr(Folder, "read", unread)
    asked = worker.client.head(address(data))
    assert (asked.status_code, asked.headers["Content-Length"]) == (200, str(size))


def test_a_photo_is_read_by_whoever_may_read_a_record_that_names_it(somebody: Any) -> None:
    worker, mate, stranger = somebody("worker"), somebody("mate"), somebody("stranger")
    data = picture()
    sha256 = hashlib.sha256(data).hexdigest()
    put(worker, data)
    assert get(mate, data).status_code == 404
    worker.sync(worker.mutation("visit.record", **visit_args("g1-101", "v1", photos=[sha256])))
    assert [get(person, data).status_code for person in (mate, stranger)] == [200, 404]
    assert mate.client.head(f"/api/v1/blobs/{sha256}").status_code == 200


def test_a_photo_that_was_taken_out_of_a_visit_is_read_by_nobody_else_any_more(
    somebody: Any,
) -> None:
    worker, mate, data = somebody("worker"), somebody("mate"), picture()
    put(worker, data)
    named = [hashlib.sha256(data).hexdigest()]
    visit = visit_args("g1-101", "v1", photos=named)
    worker.sync(worker.mutation("visit.record", **visit))
    assert get(mate, data).status_code == 200
    worker.sync(worker.mutation("visit.amend", id=new_id("v1"), changes={"photos": []}))
    assert (get(mate, data).status_code, get(worker, data).status_code) == (404, 200)


@pytest.mark.parametrize("unit", ["garden-2", "next-yard-1"])
def test_who_has_moved_reads_no_photo_any_more_of_a_household_that_they_see_no_more(
    somebody: Any, unit: str
) -> None:
    worker, mate, data = somebody("worker"), somebody("mate"), picture()
    put(worker, data)
    named = [hashlib.sha256(data).hexdigest()]
    worker.sync(worker.mutation("visit.record", **visit_args("g1-101", "v1", photos=named)))
    staffing.move("worker", "garden-1", unit, datetime.now(UTC))
    assert [get(person, data).status_code for person in (worker, mate)] == [404, 200]


def test_no_browser_or_proxy_may_keep_a_photo(somebody: Any) -> None:
    worker, data = somebody("worker"), picture()
    put(worker, data)
    asked = [getattr(worker.client, verb)(address(data)) for verb in ("get", "head")]
    assert {answer.headers["Cache-Control"] for answer in asked} == {"private, no-store"}


def test_the_street_sees_a_cases_photo_once_the_case_has_reached_it(somebody: Any) -> None:
    worker, secretary, community = (
        somebody(n) for n in ("worker", "secretary", "community-secretary")
    )
    officer, data = somebody("officer"), picture("PNG")
    sha256 = hashlib.sha256(data).hexdigest()
    put(worker, data)
    worker.sync(worker.mutation("case.open", **case_args("g1-101", "c1", photos=[sha256])))
    for person, event in ((secretary, "e1"), (community, "e2")):
        assert get(officer, data).status_code == 404
        act = {"id": new_id("c1"), "event_id": new_id(event), "reason": "请上级"}
        person.sync(person.mutation("case.escalate", **act))
    assert get(officer, data).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        picture()[:200],
        picture()[:-20],
        picture("PNG")[:60],
        picture("GIF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        animated("PNG"),
        animated("WEBP"),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    ],
    ids=["nothing", "text", "a torn picture", "one without its end", "a torn drawing", "another kind", "svg",
         "a moving drawing", "a moving picture", "a head alone"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(somebody: Any, data: bytes) -> None:
    refused = put(somebody("worker"), data)
    assert (refused.status_code, refused.json["code"]) == (400, "bad_photo")


def test_a_photo_under_another_photos_name_is_refused(somebody: Any) -> None:
    refused = put(somebody("worker"), picture(), hashlib.sha256(b"other").hexdigest())
    assert (refused.status_code, refused.json["detail"]) == (400, "/sha256")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (drawn("CMYK", (0, 255, 255, 0), "JPEG"), (254, 0, 0)),
        (drawn("L", 128, "JPEG"), (128, 128, 128)),
        (drawn("1", 1, "PNG"), (255, 255, 255)),
        (drawn("P", 0, "PNG", transparency=0), (255, 255, 255)),
        (drawn("I;16", 128 * 256, "PNG"), (128, 128, 128)),
        (drawn("LA", (0, 0), "PNG"), (255, 255, 255)),
        (drawn("RGBA", (0, 0, 0, 0), "WEBP", lossless=True), (255, 255, 255)),
    ],
    ids=["print colours", "grey", "ink", "palette", "16 bits", "grey and clear", "clear"],
)
def test_every_kind_of_picture_is_kept_as_people_see_it(
    somebody: Any, data: bytes, shown: tuple[int, int, int]
) -> None:
    worker = somebody("worker")
    assert put(worker, data).status_code == 201
    kept = Image.open(BytesIO(get(worker, data).data))
    colour = kept.getpixel((30, 20))
    assert isinstance(colour, tuple)
    assert all(abs(is_ - was) < 4 for is_, was in zip(colour, shown, strict=True)), colour


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "L"), ("PNG", "1")])
def test_a_cameras_whole_picture_is_taken_and_one_a_little_larger_is_not(
    somebody: Any, kind: str, mode: str
) -> None:
    worker, most = somebody("worker"), MOST_PIXELS[kind] // 4000
    for height, status in ((most, 201), (most + 1, 400)):
        out = BytesIO()
        Image.new(mode, (4000, height)).save(out, kind)
        assert put(worker, out.getvalue()).status_code == status


def test_a_picture_that_unfolds_to_a_huge_one_is_refused(somebody: Any) -> None:
    out = BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    assert put(somebody("worker"), out.getvalue()).json["code"] == "bad_photo"


def test_more_bytes_than_a_phone_ever_sends_are_too_large(somebody: Any) -> None:
    refused = put(somebody("worker"), b"\0" * (8 * 1024 * 1024 + 1))
    assert (refused.status_code, refused.json["code"]) == (413, "too_large")


def test_a_name_that_is_no_hash_finds_nothing(somebody: Any) -> None:
    assert somebody("worker").client.get("/api/v1/blobs/..%2Fkeys").status_code == 404
