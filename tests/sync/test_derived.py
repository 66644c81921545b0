"""Ids of what follows from something: given out once, they stay, and are no phone's."""

import pytest

from sync.derived import derived_id, is_derived
from tests.phone import new_id


@pytest.mark.parametrize(
    ("parts", "id_"),
    [
        (("a", "b"), "c64a95bf-0293-5212-8c79-9b6ca3dc82e0"),
        (("a", "b", "c"), "4729874b-fc34-5695-aec2-a15f2f8763ab"),
    ],
)
def test_an_id_that_was_given_out_is_given_again(parts: tuple[str, ...], id_: str) -> None:
    assert derived_id(*parts) == id_


def test_an_id_of_the_servers_own_is_told_from_one_that_a_phone_made() -> None:
    assert is_derived(derived_id("a", "b"))
    assert not is_derived(new_id("visit"))
