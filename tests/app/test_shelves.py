"""Every shelf keeps photos whole, and a storage that fails is busy, never an error of ours."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.config import BucketSettings, SettingWrong
from app.shelves import bucket, folder
from app.shelves.bucket import HANDS, Bucket
from app.shelves.folder import Folder
from app.shelves.shelf import PhotoShelf, ShelfAway
from tests.postgres import free_port
from tests.storage import at, bad_storage, good_storage

NAME = "ab/ab12.jpg"


@pytest.fixture(scope="module")
def storage() -> Iterator[BucketSettings]:
    with good_storage() as settings:
        yield settings


@pytest.fixture(params=["folder", "bucket"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> PhotoShelf:
    """A shelf of each kind in turn, each with nothing of this name on it."""
    if request.param == "folder":
        return Folder(tmp_path / "photos")
    return Bucket(request.getfixturevalue("storage"))


def test_what_was_kept_is_read_and_its_size_known(shelf: PhotoShelf) -> None:
    shelf.keep(NAME, b"picture")
    assert (shelf.read(NAME), shelf.size(NAME)) == (b"picture", 7)


def test_what_nobody_kept_is_missing(shelf: PhotoShelf) -> None:
    assert (shelf.read("00/00.jpg"), shelf.size("00/00.jpg")) == (None, None)


def test_keeping_again_replaces_the_whole(shelf: PhotoShelf) -> None:
    for data in (b"a longer picture", b"short"):
        shelf.keep(NAME, data)
    assert shelf.read(NAME) == b"short"


def test_two_who_keep_at_once_leave_one_of_the_two_whole(shelf: PhotoShelf) -> None:
    pictures = [bytes([n]) * 300_000 for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda data: shelf.keep(NAME, data), pictures):
            assert shelf.read(NAME) in pictures


def test_a_full_disk_is_busy_and_leaves_no_half_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder.os, "fsync", full)
    with pytest.raises(ShelfAway):
        Folder(tmp_path).keep(NAME, b"picture")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert caplog.messages == ["photos can't be kept or read: No space left on device"]


@pytest.mark.parametrize("status", [500, 503, 403, 400, -1])
def test_a_storage_that_fails_or_refuses_us_is_away(status: int) -> None:
    with bad_storage(status) as server:
        shelf = Bucket(at(server.server_port))
        with pytest.raises(ShelfAway):
            shelf.read(NAME)
        if status > 0:
            for use in (lambda: shelf.keep(NAME, b"picture"), lambda: shelf.size(NAME)):
                with pytest.raises(ShelfAway):
                    use()


def test_a_storage_that_is_down_is_away(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ShelfAway):
        Bucket(at(free_port())).keep(NAME, b"picture")
    assert caplog.messages == ["photos can't be kept or read: EndpointConnectionError"]


def test_a_bucket_that_is_not_there_is_away_and_the_log_says_so(
    storage: BucketSettings, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = BucketSettings("other", "key", "secret", storage.endpoint)
    with pytest.raises(ShelfAway):
        Bucket(elsewhere).keep(NAME, b"picture")
    assert "photos can't be kept or read: NoSuchBucket" in caplog.messages


def test_a_storage_that_does_not_answer_holds_few_threads_and_not_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bucket, "ANSWERED_WITHIN", 0.3)
    monkeypatch.setattr(bucket, "PATIENCE", 0.1)
    with bad_storage(0) as server:
        shelf = Bucket(at(server.server_port))
        with ThreadPoolExecutor(3 * HANDS) as pool:
            refused = [pool.submit(shelf.read, NAME) for _ in range(3 * HANDS)]
        assert {type(answer.exception()) for answer in refused} == {ShelfAway}
        assert server.asked <= 2 * HANDS


def test_a_bucket_without_its_keys_is_said_at_the_start() -> None:
    with pytest.raises(SettingWrong, match="QIAOMEN_PHOTOS_S3_SECRET_KEY must be set"):
        BucketSettings.from_environment(
            {"QIAOMEN_PHOTOS_S3_BUCKET": "photos", "QIAOMEN_PHOTOS_S3_ACCESS_KEY": "key"}
        )


def test_the_secret_is_not_shown_with_the_settings() -> None:
    assert "hush" not in repr(BucketSettings("photos", "key", "hush"))


def test_a_server_without_a_bucket_never_loads_the_library() -> None:
    code = "import sys, app.cli; sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
