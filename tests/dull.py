"""Proof of agreement once more and dully: one record after the other, from the words of sync/agreement.py."""

from collections.abc import Iterable, Mapping
from struct import unpack
from typing import Any

PRIMES = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1)
HEIGHT = {"grid": 1, "compound": 2, "community": 3, "street": 4, "district": 5}
Key = tuple[str, str]


def digest(records: Iterable[tuple[str, str, int]]) -> str:
    """The checksum of records by type, id and version."""
    lanes = [0, 0]
    for type_, id_, version in records:
        words = (*unpack(">4I", bytes.fromhex(id_.replace("-", ""))), version % 2**32)
        for lane, primes in enumerate((PRIMES, PRIMES[::-1])):
            whole = sum(word * prime for word, prime in zip(words, primes, strict=True))
            lanes[lane] += _mixed((whole + _named(type_)) % 2**32)
    return "".join(f"{lane % 2**32:08x}" for lane in lanes)


def _named(type_: str) -> int:
    return sum(ord(c) * 31**place for place, c in enumerate(reversed(type_)))


def _mixed(word: int) -> int:
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        word = (word ^ word >> shift) * factor % 2**32
    return word


def check(
    scope: str, records: Mapping[Key, Mapping[str, Any]], versions: Mapping[Key, int]
) -> dict[str, Any]:
    """What these records, with the units above them, say of a territory, as `check` travels."""
    level, _, unit_id = scope.partition(":")
    belongs = _of_case if level == "case" else _of_unit
    held = [
        (*key, versions[key])
        for key, value in records.items()
        if belongs(records, key, level, unit_id)
    ]
    return {"scope": scope, "count": len(held), "digest": digest(held)}


def _of_case(records: Mapping[Key, Mapping[str, Any]], key: Key, _level: str, id_: str) -> bool:
    return key == ("case", id_) or records[key].get("case_id") == id_


def _of_unit(records: Mapping[Key, Mapping[str, Any]], key: Key, level: str, id_: str) -> bool:
    value = records[key]
    return (
        "compound_id" in value
        and id_ in _up_from(records, value["grid_id"] or value["compound_id"])
        and (HEIGHT[level] <= 3 or value.get("reached", 0) >= HEIGHT[level])
    )


def _up_from(records: Mapping[Key, Mapping[str, Any]], unit_id: str | None) -> list[str]:
    chain = []
    while unit_id:
        chain.append(unit_id)
        # who was called to a case of another part of town does not know its units
        unit_id = records.get(("unit", unit_id), {}).get("parent_id")
    return chain
