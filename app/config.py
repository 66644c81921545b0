"""Settings from the environment, and the keys a server makes for itself on its first start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.keys import Keys, load_or_make_keys
from app.networks import PUBLIC_ONLY, AllowedNetworks

LONGEST_KEPT = 36_500
ALLOWED_NETWORKS = "QIAOMEN_ALLOWED_NETWORKS"
S3 = "QIAOMEN_PHOTOS_S3_"
CONTACT = re.compile(r"mailto:[^\s<>]+@[^\s<>]+|https://[^\s<>]+")
ADDRESS = re.compile(r"https?://[^\s<>/]+[^\s<>]*")
DRIVERS = ("postgresql+psycopg", "sqlite")


class SettingWrong(ValueError):
    """A setting that makes no sense, or is missing beside another; its words say which and what to set."""


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
        """Read `QIAOMEN_PHOTOS_S3_*`; None where no bucket is named. Raises SettingWrong."""
        name = env.get(f"{S3}BUCKET")
        if not name:
            return None
        missing = [key for key in (f"{S3}ACCESS_KEY", f"{S3}SECRET_KEY") if not env.get(key)]
        if missing:
            raise SettingWrong(f"{S3}BUCKET is set, so {' and '.join(missing)} must be set too.")
        return cls(
            name,
            env[f"{S3}ACCESS_KEY"],
            env[f"{S3}SECRET_KEY"],
            address(env, f"{S3}ENDPOINT"),
            env.get(f"{S3}REGION") or cls.region,
        )


@dataclass(frozen=True)
class Config:
    """Everything `create_app` needs to know.

    `keep` is how long it is remembered what left a phone's scope (app/services/tidying.py).

    `allowed_networks` are the private ones that Web Push, channels and connectors may go to. `quiet_hours`
    keeps normal matters silent at night; a drill may do without. `url` is where phones find this server, for
    links in messages. `contact` is whom a push service may complain to, a `mailto:` or `https:` address.
    """

    data_dir: Path
    database_url: str
    keys: Keys
    secure_cookies: bool = False
    allowed_networks: AllowedNetworks = PUBLIC_ONLY
    quiet_hours: bool = True
    url: str | None = None
    contact: str = "mailto:admin@qiaomen.invalid"
    keep: timedelta = timedelta(days=400)
    photos_bucket: BucketSettings | None = None

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Config":
        """Read `QIAOMEN_*`; what is not set has a default that works on one machine. Raises SettingWrong,
        KeyUnusable."""
        data_dir = Path(env.get("QIAOMEN_DATA_DIR") or "var").absolute()
        url = env.get("QIAOMEN_DATABASE_URL") or f"sqlite:///{data_dir / 'qiaomen.db'}"
        return cls(
            data_dir=data_dir,
            database_url=database(url),
            keys=keys_in(data_dir),
            secure_cookies=switch(env, "QIAOMEN_TLS", default=cls.secure_cookies),
            allowed_networks=networks(env.get(ALLOWED_NETWORKS, "")),
            quiet_hours=switch(env, "QIAOMEN_QUIET_HOURS", default=cls.quiet_hours),
            url=(address(env, "QIAOMEN_URL") or "").rstrip("/") or None,
            contact=contact(env.get("QIAOMEN_CONTACT") or cls.contact),
            keep=days(env["QIAOMEN_KEEP_DAYS"]) if env.get("QIAOMEN_KEEP_DAYS") else cls.keep,
            photos_bucket=BucketSettings.from_environment(env),
        )


def switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Whether a setting is on: 1 or 0, and no other word for either. Raises SettingWrong."""
    said = env.get(name) or str(int(default))
    if said not in ("0", "1"):
        raise SettingWrong(f"{name} must be 1 or 0, not {said}.")
    return said == "1"


def keys_in(data_dir: Path) -> Keys:
    """The keys in the data directory, which is made where it is missing. Raises SettingWrong, KeyUnusable."""
    try:
        # of what is made in it, the database holds people's data
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return load_or_make_keys(data_dir / "keys")
    except OSError as error:
        raise SettingWrong(
            f"QIAOMEN_DATA_DIR cannot be used: {error.filename}: {error.strerror}."
            " It must be a directory that this user may write to."
        ) from error


def address(env: Mapping[str, str], name: str) -> str | None:
    """Where something is found on the web; None where it is not said. Raises SettingWrong."""
    said = env.get(name) or None
    if said and not ADDRESS.fullmatch(said):
        raise SettingWrong(
            f"{name} must be an address like https://qiaomen.example.cn, not {said}."
        )
    return said


def contact(said: str) -> str:
    """Whom a push service may complain to: it takes no message without an address. Raises SettingWrong."""
    if not CONTACT.fullmatch(said):
        raise SettingWrong(
            "QIAOMEN_CONTACT must be an address like mailto:admin@example.cn or"
            f" https://example.cn/contact, not {said}."
        )
    return said


def days(said: str) -> timedelta:
    """A whole number of days, at least one. Raises SettingWrong."""
    if not said.isdecimal() or not 1 <= int(said) <= LONGEST_KEPT:
        raise SettingWrong(f"QIAOMEN_KEEP_DAYS must be a number of days from 1 to {LONGEST_KEPT}")
    return timedelta(days=int(said))


def networks(said: str) -> AllowedNetworks:
    """The networks that may be reached beside the internet. Raises SettingWrong."""
    try:
        return AllowedNetworks.read(said)
    except ValueError as error:
        raise SettingWrong(
            f"{ALLOWED_NETWORKS} must be networks like 10.20.0.0/16, separated by commas: {error}."
        ) from error


def database(said: str) -> str:
    """A database's address with its driver: psycopg 3 for a PostgreSQL that names none. Raises SettingWrong,
    which does not quote it, for it may hold a password."""
    scheme, separator, rest = said.partition("://")
    url = (
        f"postgresql+psycopg://{rest}"
        if scheme in ("postgres", "postgresql")
        else scheme + separator + rest
    )
    try:
        usable = make_url(url).drivername in DRIVERS
    except (ArgumentError, ValueError):
        usable = False
    if not usable:
        raise SettingWrong(
            "QIAOMEN_DATABASE_URL must be an address like postgresql://user:password@host:5432/qiaomen,"
            " with %40, %2F and so on for signs in the password; unset, it is SQLite in QIAOMEN_DATA_DIR."
        )
    return url
