"""Settings from the environment, and the keys a server makes for itself on its first start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app.keys import Keys, load_or_make_keys

LONGEST_KEPT = 36_500
S3 = "QIAOMEN_PHOTOS_S3_"


class SettingMissing(Exception):
    """A setting without which another makes no sense; its words say which."""


@dataclass(frozen=True)
class BucketSettings:
    """Storage for photos that speaks S3. `endpoint` None is Amazon's own."""

    name: str
    access_key: str
    secret_key: str = field(repr=False)
    endpoint: str | None = None
    region: str = "us-east-1"

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "BucketSettings | None":
        """Read `QIAOMEN_PHOTOS_S3_*`; None where no bucket is named. Raises SettingMissing."""
        name = env.get(f"{S3}BUCKET")
        if not name:
            return None
        missing = [key for key in (f"{S3}ACCESS_KEY", f"{S3}SECRET_KEY") if not env.get(key)]
        if missing:
            raise SettingMissing(f"{S3}BUCKET is set, so {' and '.join(missing)} must be set too.")
        return cls(
            name,
            env[f"{S3}ACCESS_KEY"],
            env[f"{S3}SECRET_KEY"],
            env.get(f"{S3}ENDPOINT") or None,
            env.get(f"{S3}REGION") or cls.region,
        )


@dataclass(frozen=True)
class Config:
    """Everything `create_app` needs to know.

    `keep` is how long it is remembered what left a phone's scope (app/services/tidying.py).

    `push_to_loopback` lets Web Push, channels and connectors go to plain http on this machine, for tests and
    drills only. `quiet_hours` keeps normal matters silent at night; a drill may do without. `url` is where
    phones find this server, for links in messages.
    """

    data_dir: Path
    database_url: str
    keys: Keys
    secure_cookies: bool = False
    push_to_loopback: bool = False
    quiet_hours: bool = True
    url: str | None = None
    contact: str = "mailto:admin@qiaomen.invalid"
    keep: timedelta = timedelta(days=400)
    photos_bucket: BucketSettings | None = None

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
            quiet_hours=env.get("QIAOMEN_QUIET_HOURS", "1") != "0",
            url=env.get("QIAOMEN_URL", "").rstrip("/") or None,
            contact=env.get("QIAOMEN_CONTACT", cls.contact),
            keep=days(env["QIAOMEN_KEEP_DAYS"]) if env.get("QIAOMEN_KEEP_DAYS") else cls.keep,
            photos_bucket=BucketSettings.from_environment(env),
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
