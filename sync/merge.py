"""Concurrent edits, merged field by field (M1–M3). Which field goes by which policy: rules/fields.json.

How M3 holds. An edit has seen what its author's phone had: what was written up to the version it looked at
(`base`), and what the same device wrote before, which arrives before it (P4). Whether one edit has seen
another does therefore not depend on which of two concurrent ones arrives first. A field remembers its edits
that no later one has seen, and a set also who added and removed each element (`sets.py`): both are sets,
into which an edit is put and from which it takes only what it has seen. The value is worked out from them
alone, in the order of stamps, which are corrected times and ids, never of arrival.

What is bounded. Of edits one a device, until somebody who has seen it edits the field. Of removed elements
of a set the last `MOST_REMOVED`: a phone that still has one removed longer ago, and edits the set, brings
it back.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sync import sets
from sync.levels import RULES
from sync.stamps import Edit

RULE: dict[str, Any] = json.loads((RULES / "fields.json").read_text("utf-8"))
POLICIES: dict[str, dict[str, str]] = RULE["policies"]
"""The policy of each field, by the record's type (M2)."""
JOINED: dict[str, dict[str, int]] = RULE["joined"]
"""The short texts that may hold two values, and how many characters they take."""
SERVER = "server"


@dataclass(frozen=True, slots=True)
class Field:
    """A field's value, the edits that no other has seen, by their stamps, and a set's dots."""

    value: Any
    edits: tuple[Edit, ...] = ()
    dots: tuple[sets.Dot, ...] = ()

    def kept(self) -> dict[str, Any]:
        """What is remembered beside the value, as JSON."""
        return {
            "edits": [edit.kept() for edit in self.edits],
            "dots": [dot.kept() for dot in self.dots],
        }

    @classmethod
    def read(cls, value: Any, kept: dict[str, Any]) -> "Field":
        """The field with this value and what was kept beside it; `kept` is empty if nobody has edited it."""
        return cls(value, edits_in(kept), tuple(sets.Dot.read(dot) for dot in kept.get("dots", ())))

    def without(self, *mutation_ids: str) -> "Field":
        """The field, the edits of these mutations forgotten; the value stays."""
        return replace(self, edits=tuple(e for e in self.edits if e.stamp.id not in mutation_ids))


def edits_in(kept: dict[str, Any]) -> tuple[Edit, ...]:
    """The edits that no other has seen, of what is kept beside a field; none if nobody has edited it."""
    return tuple(Edit.read(edit) for edit in kept.get("edits", ()))


def merge_field(policy: str, theirs: Field, mine: Edit) -> Field:
    """Decide one field of an edit (M1): taken as it is, or by the policy beside edits it had not seen.

    Same edits in any order of arrival give the same value (M3), so two phones that edited in a dead
    stairwell agree once both have synced.
    """
    unseen = (edit for edit in theirs.edits if not mine.saw(edit.stamp))
    edits = tuple(sorted((*unseen, mine), key=lambda edit: edit.stamp))
    return RESOLVE[policy](replace(theirs, edits=edits), mine)


def latest(field: Field, _mine: Edit) -> Field:
    """The last word stands; the others are `lost`."""
    return replace(field, value=field.edits[-1].value)


def both(field: Field, _mine: Edit) -> Field:
    """Free text: each author's as a paragraph headed by their name; what two wrote alike stands once."""
    texts: dict[str, str] = {}
    for edit in field.edits:
        texts.setdefault(edit.value, edit.name)
    texts.pop("", None)
    if len(texts) < 2:
        return replace(field, value="".join(texts))
    paragraphs = (f"{name}：\n{text}" for text, name in texts.items())
    return replace(field, value="\n\n".join(paragraphs))


def union(field: Field, mine: Edit) -> Field:
    """A set: what each author added and removed, against what they had seen."""
    dots = sets.change(field.dots or sets.from_the_start(field.value), mine)
    return replace(field, value=sets.elements(dots), dots=dots)


RESOLVE: dict[str, Callable[[Field, Edit], Field]] = {
    "latest": latest,
    "both": both,
    "union": union,
}


def lost(policy: str, field: Field) -> list[tuple[Edit, Edit]]:
    """The edits whose value the field does not show, each with the one that stands."""
    if policy != "latest":
        return []
    return [(edit, field.edits[-1]) for edit in field.edits if edit.value != field.value]
