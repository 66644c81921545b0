"""How a check says that something which must hold does not."""


class Broken(AssertionError):
    """Something that must hold does not."""


def demand(holds: object, *words: object) -> None:
    """Raise Broken with these words unless it holds."""
    if not holds:
        raise Broken(" ".join(map(str, words)))
