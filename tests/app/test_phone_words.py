"""What the phone has to have words for, in both of its languages: by the server's own lists."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import answers
from app.schemas.mutations import ARGS
from sync.errors import SyncError

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"min(over)[1]": {"suspended", "device_revoked"}, "mutation.flaw.code": set[str]()}
"""The codes that a refusal takes from where it is not written as one."""


@pytest.fixture(params=["zh-CN", "en"])
def words(request: pytest.FixtureRequest) -> Any:
    """What the phone says in one language."""
    return json.loads((ROOT / f"pwa/src/locales/{request.param}.json").read_text("utf-8"))


def refusals() -> Iterator[str]:
    """Every code by which a mutation is refused."""
    for file in [*(ROOT / "sync").glob("*.py"), ROOT / "app/services/syncing.py"]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Rejected", "Flaw"):
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    yield str(code.value)
                else:
                    yield from ELSEWHERE[ast.unparse(code)]


def test_whatever_waits_in_an_outbox_has_a_name(words: Any) -> None:
    named = words["outbox"]["names"].keys()
    assert {name.replace(".", "_") for name in ARGS} - named == set()


def test_whoever_is_refused_is_told_why(words: Any) -> None:
    codes = {*refusals(), "superseded", "quarantined"}
    assert {"not_accepted", "too_many_called", "unknown_mutation"} <= codes
    assert codes - words["verdict"].keys() == set()


def test_whoever_cannot_send_is_told_why(words: Any) -> None:
    assert answers.NotJson in SyncError.__subclasses__()
    codes = {refusal.code for refusal in SyncError.__subclasses__()}
    assert codes - words["sync"]["problem"].keys() == set()
