"""Ids for what is not made on a phone."""

import secrets
import time


def uuid7(milliseconds: int, chance: int) -> str:
    """A UUIDv7 (RFC 9562) of a Unix time in milliseconds and 74 bits of chance."""
    low = chance & (1 << 62) - 1
    digits = f"{milliseconds << 80 | 0x7 << 76 | chance >> 62 << 64 | 0b10 << 62 | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def new_id() -> str:
    """One of this moment."""
    return uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))
