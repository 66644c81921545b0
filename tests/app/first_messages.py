"""Messages of every shape, the first of each checked by many threads at once.

Run by itself, for what it looks for ends the process.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from threading import Barrier, Thread

from msgspec import Struct

from app import create_app, schemas
from app.config import Config
from app.schemas.shapes import OpenShape, Shape, load
from sync.errors import Malformed

THREADS = 8
HASTY = 1e-6
"""Seconds after which a thread gives way to another, so that they meet in the middle of things."""


def shapes(above: type[Struct]) -> Iterator[type[Struct]]:
    for shape in above.__subclasses__():
        yield shape
        yield from shapes(shape)


def check(shape: type[Struct]) -> None:
    """Check a message for each field, the last first: it is the last to be learnt."""
    for field in reversed(shape.__struct_fields__):
        try:
            load(shape, {field: {}})
        except Malformed:
            continue


def main() -> None:
    create_app(Config.from_environment())
    for module in iter_modules(schemas.__path__, "app.schemas."):
        import_module(module.name)
    all_shapes = [*shapes(Shape), *shapes(OpenShape)]
    start = Barrier(THREADS)

    def check_all() -> None:
        for shape in all_shapes:
            start.wait()
            check(shape)

    sys.setswitchinterval(HASTY)
    threads = [Thread(target=check_all) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(str(len(all_shapes)))


if __name__ == "__main__":
    main()
