"""A setting that makes no sense is said in a sentence when a command starts, and none is passed over."""

import os
import socket
import subprocess
from errno import EACCES
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.config import Config
from tests.serving import QIAOMEN


def started(data_dir: Path, **settings: str) -> Result:
    """What a command says that needs no database."""
    return CliRunner().invoke(
        main, ["openapi"], env={"QIAOMEN_DATA_DIR": str(data_dir), **settings}
    )


@pytest.mark.parametrize(
    "nobody",
    ["admin@example.cn", "mailto:", "mailto: admin@example.cn", "http://example.cn", "网格办"],
)
def test_a_contact_for_whom_no_push_service_takes_a_message_is_said_at_the_start(
    nobody: str, tmp_path: Path
) -> None:
    told = started(tmp_path, QIAOMEN_CONTACT=nobody)
    assert told.exit_code == 1
    assert "Error: QIAOMEN_CONTACT must be an address like mailto:" in told.output
    assert nobody in told.output


@pytest.mark.parametrize("name", ["QIAOMEN_TLS", "QIAOMEN_QUIET_HOURS"])
@pytest.mark.parametrize("word", ["true", "yes", "off", "1 "])
def test_a_switch_that_is_neither_on_nor_off_is_said_at_the_start(
    name: str, word: str, tmp_path: Path
) -> None:
    told = started(tmp_path, **{name: word})
    assert told.exit_code == 1
    assert told.output == f"Error: {name} must be 1 or 0, not {word}.\n"


def test_a_setting_left_empty_is_as_one_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("DATA_DIR", "DATABASE_URL", "TLS", "QUIET_HOURS", "URL", "CONTACT", "KEEP_DAYS")
    empty = Config.from_environment({f"QIAOMEN_{name}": "" for name in names})
    unset = Config.from_environment({})
    assert empty.data_dir == unset.data_dir == tmp_path / "var"
    assert (empty.contact, empty.secure_cookies, empty.quiet_hours) == (
        unset.contact,
        unset.secure_cookies,
        unset.quiet_hours,
    )


@pytest.mark.parametrize("name", ["secret.key", "vapid.pem", "rescue.pem"])
def test_a_key_that_a_full_disk_or_a_power_cut_left_empty_locks_nothing(
    name: str, tmp_path: Path
) -> None:
    assert started(tmp_path).exit_code == 0
    key = tmp_path / "keys" / name
    key.write_bytes(b"")
    told = started(tmp_path)
    assert told.exit_code == 1
    assert f"Error: {key} holds no key: bring it back from a backup." in told.output
    assert key.read_bytes() == b""


@pytest.mark.parametrize(
    "nowhere",
    [
        "qiaomen.db",
        "mysql://qiaomen:secret@10.0.0.5/qiaomen",
        "postgresql+psycopg2://qiaomen:secret@10.0.0.5/qiaomen",
        "postgresql://qiaomen:secret@10.0.0.5:port/qiaomen",
        "postgresql://qiaomen:se#cret:@10.0.0.5:/qiaomen",
    ],
)
def test_a_database_that_nobody_can_speak_to_is_said_at_the_start_without_its_password(
    nowhere: str, tmp_path: Path
) -> None:
    told = started(tmp_path, QIAOMEN_DATABASE_URL=nowhere)
    assert told.exit_code == 1
    assert told.output.startswith(
        "Error: QIAOMEN_DATABASE_URL must be an address like postgresql://"
    )
    assert "cret" not in told.output


@pytest.mark.parametrize("name", ["QIAOMEN_URL", "QIAOMEN_PHOTOS_S3_ENDPOINT"])
@pytest.mark.parametrize(
    "nowhere", ["qiaomen.example.cn", "minio:9000", "ftp://example.cn", "https://"]
)
def test_an_address_without_https_or_http_is_said_at_the_start(
    name: str, nowhere: str, tmp_path: Path
) -> None:
    bucket = {f"QIAOMEN_PHOTOS_S3_{one}": "x" for one in ("BUCKET", "ACCESS_KEY", "SECRET_KEY")}
    told = started(tmp_path, **{**bucket, name: nowhere})
    assert told.exit_code == 1
    assert told.output.startswith(f"Error: {name} must be an address like https://")
    assert nowhere in told.output


def test_a_data_directory_that_cannot_be_used_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    told = started(tmp_path / "var")
    assert told.exit_code == 1
    assert told.output.startswith(f"Error: QIAOMEN_DATA_DIR cannot be used: {tmp_path / 'var'}")


def test_what_the_server_keeps_of_people_is_for_its_own_user_to_read(tmp_path: Path) -> None:
    assert started(tmp_path / "srv" / "var").exit_code == 0
    assert (tmp_path / "srv" / "var").stat().st_mode & 0o777 == 0o700


def test_a_database_is_for_its_own_user_to_read_also_where_the_directory_was_there_before(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o755)
    env = {**os.environ, "QIAOMEN_DATA_DIR": str(tmp_path), "QIAOMEN_DATABASE_URL": ""}
    subprocess.run([QIAOMEN, "upgrade"], env=env, umask=0o022, check=True)
    files = [file for file in tmp_path.iterdir() if file.is_file()]
    assert tmp_path / "qiaomen.db" in files
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []


def test_a_port_that_is_not_for_this_user_is_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_socket: socket.socket, _address: tuple[str, int]) -> None:
        raise PermissionError(EACCES, os.strerror(EACCES))

    monkeypatch.setattr(socket.socket, "bind", refused)
    told = CliRunner().invoke(
        main, ["serve", "--port", "443"], env={"QIAOMEN_DATA_DIR": str(tmp_path)}
    )
    assert told.exit_code == 1
    assert told.output.startswith("Error: This user may not listen on port 443: choose one above")


def test_a_document_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "openapi.json"
    env = {"QIAOMEN_DATA_DIR": str(tmp_path)}
    told = CliRunner().invoke(main, ["openapi", "--out", str(nowhere)], env=env)
    assert (told.exit_code, "nowhere/openapi.json" in told.output) == (1, True)


def test_a_server_is_not_started_with_no_thread_to_answer(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        main, ["serve", "--threads", "0"], env={"QIAOMEN_DATA_DIR": str(tmp_path)}
    )
    assert told.exit_code == 2
    assert "--threads" in told.output
