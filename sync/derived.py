"""Ids of what follows from something else."""

from uuid import NAMESPACE_URL, UUID, uuid5


def derived_id(*parts: str) -> str:
    """One id for the same parts in the same order, a UUIDv5: what is made of them twice is one thing.

    Ids that were given out stay: what the parts are, and how they are joined, must never change.
    """
    return str(uuid5(NAMESPACE_URL, f"qiaomen:{'/'.join(parts)}"))


def is_derived(id_: str) -> bool:
    """Whether it is an id of that kind, which phones make none of: theirs are UUIDv7."""
    return UUID(id_).version == 5
