"""A served demo with its worker and a push service, and phones to hand out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.e2e.handset import Handset
from tests.push_service import PushService
from tests.serving import Running, data_directory, running, serve, server, settle_town


@pytest.fixture(scope="session")
def served() -> Iterator[Running]:
    """A demo community on SQLite, served by two processes, with the worker beside them."""
    with server("sqlite") as town, running(town.env, "worker"):
        yield town


@pytest.fixture(scope="session")
def town() -> Iterator[Running]:
    """The small town of the tests, served likewise: a phone has its copy in a second."""
    with data_directory() as env:
        settle_town(env)
        with serve(env, []) as town, running(env, "worker"):
            yield town


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def push_service() -> Iterator[PushService]:
    """A real push service on loopback."""
    with PushService() as service:
        yield service


@contextmanager
def lending(playwright: Playwright, folder: Path, address: str) -> Iterator[Callable[[], Handset]]:
    """New phones, each with a storage of its own, that have nothing to complain of in the end."""
    given: list[Handset] = []

    def hand_out() -> Handset:
        given.append(Handset(playwright, folder / f"phone-{len(given)}", address))
        return given[-1]

    yield hand_out
    for phone in given:
        phone.close()
        assert phone.problems == []


@pytest.fixture
def handset(
    playwright: Playwright, served: Running, tmp_path: Path
) -> Iterator[Callable[[], Handset]]:
    """New phones in the demo community."""
    with lending(playwright, tmp_path, served.address) as hand_out:
        yield hand_out


@pytest.fixture
def new_phone(
    playwright: Playwright, town: Running, tmp_path: Path
) -> Iterator[Callable[[], Handset]]:
    """New phones in the small town."""
    with lending(playwright, tmp_path, town.address) as hand_out:
        yield hand_out
