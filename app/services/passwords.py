"""Passwords: made up by us and handed out, then chosen by who has one. Only their hashes are kept."""

import secrets
from datetime import datetime
from functools import cache
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Refused
from app.extensions import reading, writing
from app.models import Person
from app.services import throttling
from app.services.suspending import known_person

EASY_TO_TYPE = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 12

# a password that nobody chose is not guessed, however little a guess costs; a city has 26,000 of them
MADE_UP = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)
# the least that OWASP asks of Argon2id: by the library's own, eight who sign in at once take half a gigabyte
CHOSEN = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

LEAST = 8
"""Characters of a chosen one."""
ENDURING = 2
"""By zxcvbn's measure: a million guesses at least, which `throttling.py` makes last for years."""
MOST_WEIGHED = 72
"""Characters that zxcvbn looks at; the time it takes grows with them."""


class WrongPassword(Refused):
    """The present password is another; its owner's phone may be in somebody else's hands."""

    code = "wrong_password"


class WeakPassword(Refused):
    """Too short, or soon guessed."""

    code = "weak_password"


def make_password() -> str:
    """A new one: 59 bits, in letters and digits that nobody mistakes for others."""
    return "".join(secrets.choice(EASY_TO_TYPE) for _ in range(LENGTH))


def renew(username: str) -> str:
    """Give somebody a new password; the password. Phones that are signed in stay so. Raises NoSuchOne."""
    password = make_password()
    with writing() as session:
        known_person(session, username).password_hash = MADE_UP.hash(password)
    return password


def choose(person_id: str, current: str, new: str, address: str, now: datetime) -> None:
    """Change a person's password to one of their own. Phones that are signed in stay so.

    Raises WeakPassword, WrongPassword and TooManyAttempts.
    """
    with reading() as session:
        person = session.get_one(Person, person_id)
    if _is_weak(new, person):
        raise WeakPassword
    keys = throttling.keys(person.username, address)
    throttling.check(keys, now)
    if not matches(person.password_hash, current):
        throttling.failed(keys, now)
        raise WrongPassword
    hashed = hash_chosen(new)
    with writing() as session:
        throttling.passed(session, keys, now)
        session.get_one(Person, person_id).password_hash = hashed


def hash_chosen(password: str) -> str:
    """What is kept of a password that somebody chose."""
    return CHOSEN.hash(_plain(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; None is nobody's.

    It takes as long for nobody's and for a made-up one as for a chosen one, and tells none of them apart.
    """
    if password_hash is None or CHOSEN.check_needs_rehash(password_hash):
        _verified(_nobodys_hash(), password)
    return password_hash is not None and _verified(password_hash, password)


def _verified(password_hash: str, password: str) -> bool:
    try:
        return CHOSEN.verify(password_hash, _plain(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hash_chosen(make_password())


def _plain(password: str) -> str:
    """The letters that were meant: a Chinese keyboard writes some wide, and only where they can be seen."""
    return normalize("NFKC", password)


def _is_weak(password: str, person: Person) -> bool:
    # its lists of words take 14 MB, and few servers of a city's are asked for a new password in a day
    from zxcvbn import zxcvbn

    known = [person.username, person.name, "qiaomen", "敲门"]
    password = _plain(password)
    if len(password) < LEAST:
        return True
    weighed: dict[str, int] = zxcvbn(password[:MOST_WEIGHED], user_inputs=known)
    return weighed["score"] < ENDURING
