"""Every store under the same tests: in memory, on SQLite, on PostgreSQL."""

from collections.abc import Callable

import pytest

from app.store import SqlStore
from sync.memory_store import MemoryStore
from sync.store import Store
from tests.phone import Phone
from tests.town import author, settle_in_database, settle_in_memory

GetPhone = Callable[..., Phone]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """A store with the town in it."""
    if request.param == "memory":
        memory = MemoryStore()
        settle_in_memory(memory)
        return memory
    request.getfixturevalue("app")
    settle_in_database()
    return SqlStore()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The database of the kind that the store under test asks for."""
    kind = request.node.callspec.params["store"]
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.fixture
def phone(store: Store) -> GetPhone:
    """A phone of somebody of the town, by name."""

    def of(name: str, device: str = "") -> Phone:
        return Phone(store, author(name, device))

    return of
