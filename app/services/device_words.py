"""A device's state in plain words, in the asker's language."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.health import Health

WORDS: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "device_words.json").read_text("utf-8")
)
"""What is said of each state, and the parts it is made of, by language."""


def said_of(
    name: str, health: Health, state: str, lost: int, before: int, language: str, now: datetime
) -> str:
    """One sentence or two on the device of `name`: what is the matter, and what to do.

    `lost` counts mutations it declared lost, `before` those that were unsent on the device it replaces.
    """
    since = health.oldest_unsent_at if state == "stuck" else health.person_contact_at
    waiting = (before, 0) if state == "wiped" else (health.unsent or 0, health.photos_unsent or 0)
    parts = {
        "name": name,
        "waiting": _waiting(*waiting, language),
        "days": _counted("days", (now - since).days if since else 0, language),
        "minutes": _counted(
            "minutes", round(abs(health.clock_offset).total_seconds() / 60), language
        ),
        "lost": _counted("records", lost, language),
        "problem": health.problem,
    }
    sentence = "wiped_with" if state == "wiped" and before else state
    return str(WORDS["states"][sentence][language]).format(**parts)


def _counted(what: str, number: int, language: str) -> str:
    one, many = WORDS[what][language]
    return str(one if number == 1 else many).format(n=number)


def _waiting(records: int, photos: int, language: str) -> str:
    counted = [("records", records), ("photos", photos)]
    said = [_counted(what, number, language) for what, number in counted if number]
    return str(WORDS["and"][language]).join(said)
