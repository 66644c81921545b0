"""Settings from the environment, and the keys a server makes for itself on its first start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.keys import Keys, load_or_make_keys

LONGEST_KEPT = 36_500


@dataclass(frozen=True)
class Config:
    """Everything `create_app` needs to know.

    `keep` is how long it is remembered what left a phone's scope (app/services/tidying.py).

    `push_to_loopback` lets Web Push go to plain http on this machine, for tests and drills only.
    """

    data_dir: Path
    database_url: str
    keys: Keys
    secure_cookies: bool = False
    push_to_loopback: bool = False
    contact: str = "mailto:admin@qiaomen.invalid"
    keep: timedelta = timedelta(days=400)

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Config":
        """Read `QIAOMEN_*`; what is not set has a default that works on one machine."""
        data_dir = Path(env.get("QIAOMEN_DATA_DIR", "var")).absolute()
        data_dir.mkdir(parents=True, exist_ok=True)
        url = env.get("QIAOMEN_DATABASE_URL") or f"sqlite:///{data_dir / 'qiaomen.db'}"
        return cls(
            data_dir=data_dir,
            database_url=with_driver(url),
            keys=load_or_make_keys(data_dir / "keys"),
            secure_cookies=env.get("QIAOMEN_TLS", "") == "1",
            push_to_loopback=env.get("QIAOMEN_PUSH_TO_LOOPBACK", "") == "1",
            contact=env.get("QIAOMEN_CONTACT", cls.contact),
            keep=days(env["QIAOMEN_KEEP_DAYS"]) if env.get("QIAOMEN_KEEP_DAYS") else cls.keep,
        )


def days(said: str) -> timedelta:
    """A whole number of days, at least one. Raises ValueError, which says what to set."""
    if not said.isdecimal() or not 1 <= int(said) <= LONGEST_KEPT:
        raise ValueError(f"QIAOMEN_KEEP_DAYS must be a number of days from 1 to {LONGEST_KEPT}")
    return timedelta(days=int(said))


def with_driver(url: str) -> str:
    """Name psycopg 3 in a PostgreSQL address that names no driver."""
    scheme, separator, rest = url.partition("://")
    return (
        f"postgresql+psycopg://{rest}"
        if scheme in ("postgres", "postgresql")
        else scheme + separator + rest
    )
