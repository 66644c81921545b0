"""Passwords that we make up: somebody is handed one, and types it once on their phone."""

import secrets

from argon2 import PasswordHasher

from app.extensions import writing
from app.services.suspending import known_person

EASY_TO_TYPE = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 12

# a password that nobody chose is not guessed, however little a guess costs; a city has 26,000 of them
hasher = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)


def make_password() -> str:
    """A new one: 59 bits, in letters and digits that nobody mistakes for others."""
    return "".join(secrets.choice(EASY_TO_TYPE) for _ in range(LENGTH))


def renew(username: str) -> str:
    """Give somebody a new password; the password. Phones that are signed in stay so. Raises NoSuchOne."""
    password = make_password()
    with writing() as session:
        known_person(session, username).password_hash = hasher.hash(password)
    return password
