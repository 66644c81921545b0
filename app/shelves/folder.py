"""Photos as files, the default."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.shelves.shelf import ShelfAway


class Folder:
    """A PhotoShelf of files below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, name: str, data: bytes) -> None:
        path = self._root / name
        with _usable():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path.with_suffix(f".{secrets.token_hex(4)}"), path, data)
            # a file is there after a power cut only if the folders that lead to it are
            for folder in (path.parent, self._root, self._root.parent):
                _settle(folder)

    def size(self, name: str) -> int | None:
        with _usable():
            path = self._root / name
            return path.stat().st_size if path.is_file() else None

    def read(self, name: str) -> bytes | None:
        with _usable():
            path = self._root / name
            return path.read_bytes() if path.is_file() else None


@contextmanager
def _usable() -> Iterator[None]:
    """A full or broken disk is the storage being away."""
    try:
        yield
    except OSError as error:
        raise ShelfAway(error.strerror or type(error).__name__) from error


def _write(draft: Path, path: Path, data: bytes) -> None:
    """Write the whole file or nothing, durably."""
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Make what the folder lists durable."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
