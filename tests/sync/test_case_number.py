"""The number of a case, the same on the server as on every phone."""

import json
from pathlib import Path

import pytest

from sync.cases import number

VECTORS: list[dict[str, str]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "case_number.json").read_text("utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["title"])
def test_a_case_has_the_same_number_here_as_on_the_phone(vector: dict[str, str]) -> None:
    assert number(vector["id"]) == vector["number"]
