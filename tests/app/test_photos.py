"""Photos travel apart from the text that names them."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.app.conftest import OWN
from tests.phone import case_args, new_id, visit_args


def picture(kind: str = "JPEG", **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, kind, **more)
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


def get(person: Any, data: bytes) -> Any:
    return person.client.get(f"/api/v1/blobs/{hashlib.sha256(data).hexdigest()}")


def test_a_photo_is_kept_upright_and_without_what_the_camera_wrote_beside_it(somebody: Any) -> None:
    worker, data = somebody("worker"), with_place()
    assert put(worker, data).status_code == 201
    kept = Image.open(BytesIO(get(worker, data).data))
    assert (kept.size, dict(kept.getexif())) == ((40, 60), {})


def test_sending_a_photo_again_changes_nothing(somebody: Any) -> None:
    worker, data = somebody("worker"), picture()
    assert [put(worker, data).status_code for _ in range(2)] == [201, 200]


def test_a_photo_is_read_by_whoever_may_read_a_record_that_names_it(somebody: Any) -> None:
    worker, mate, stranger = somebody("worker"), somebody("mate"), somebody("stranger")
    data = picture()
    sha256 = hashlib.sha256(data).hexdigest()
    put(worker, data)
    assert get(mate, data).status_code == 404
    worker.sync(worker.mutation("visit.record", **visit_args("g1-101", "v1", photos=[sha256])))
    assert [get(person, data).status_code for person in (mate, stranger)] == [200, 404]
    assert mate.client.head(f"/api/v1/blobs/{sha256}").status_code == 200


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
    [b"", b"not a picture", picture()[:200], picture("GIF"), b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ids=["nothing", "text", "a torn picture", "another kind", "svg"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(somebody: Any, data: bytes) -> None:
    refused = put(somebody("worker"), data)
    assert (refused.status_code, refused.json["code"]) == (400, "bad_photo")


def test_a_photo_under_another_photos_name_is_refused(somebody: Any) -> None:
    refused = put(somebody("worker"), picture(), hashlib.sha256(b"other").hexdigest())
    assert (refused.status_code, refused.json["detail"]) == (400, "/sha256")


def test_a_picture_that_unfolds_to_a_huge_one_is_refused(somebody: Any) -> None:
    out = BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    assert put(somebody("worker"), out.getvalue()).json["code"] == "bad_photo"


def test_more_bytes_than_a_phone_ever_sends_are_too_large(somebody: Any) -> None:
    refused = put(somebody("worker"), b"\0" * (8 * 1024 * 1024 + 1))
    assert (refused.status_code, refused.json["code"]) == (413, "too_large")


def test_a_name_that_is_no_hash_finds_nothing(somebody: Any) -> None:
    assert somebody("worker").client.get("/api/v1/blobs/..%2Fkeys").status_code == 404
