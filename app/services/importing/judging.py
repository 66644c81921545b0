"""What is wrong with a row of units, in words that say what to do."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.services.importing.reading import Columns, Line, Refusal
from sync.levels import LEVELS

COLUMNS = Columns(("code", "name", "level", "parent_code"), language="en")
LADDER = tuple(sorted(LEVELS, key=lambda name: -LEVELS[name].rank))
"""The names of the levels from the city down."""
LONGEST_CODE, LONGEST_NAME = 40, 120
AS_EXCEL_SHOWS_LONG_NUMBERS = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as a file names it; its parent by code, empty for a city."""

    line: int
    code: str
    name: str
    level: str
    parent_code: str


def as_row(line: Line) -> Row:
    """The line's four values."""
    return Row(line.number, *(line.values[column] for column in COLUMNS.needed))


def judge(rows: Sequence[Row], known: Mapping[str, str]) -> Iterator[Refusal]:
    """Refuse what does not fit the ladder. `known` gives the level of each code in the database."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.code, row)
    levels = {**known, **{code: row.level for code, row in first.items()}}
    for row in rows:
        faults = [*_code(row, first), *_name(row), *_level(row, levels, known)]
        if faults:
            yield Refusal(row.line, "; ".join(faults))


def _code(row: Row, first: Mapping[str, Row]) -> Iterator[str]:
    if not row.code:
        yield "the code is empty: give the unit a code of its own"
        return
    if AS_EXCEL_SHOWS_LONG_NUMBERS.fullmatch(row.code):
        yield f"Excel has shortened the code to {row.code}: format the column as text and export again"
    if len(row.code) > LONGEST_CODE or any(c.isspace() or _invisible(c) for c in row.code):
        yield f"the code must have at most {LONGEST_CODE} characters and no spaces: correct it"
    if first[row.code] is not row:
        yield f"the code {row.code} is already on line {first[row.code].line}: keep one of the two"


def _name(row: Row) -> Iterator[str]:
    if not row.name:
        yield "the name is empty: write the unit's name"
    if len(row.name) > LONGEST_NAME:
        yield f"the name has {len(row.name)} characters, at most {LONGEST_NAME} are kept: shorten it"
    if any(map(_invisible, row.name)):
        yield "the name contains a line break or an invisible character: type it again"


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf")


def _level(row: Row, levels: Mapping[str, str], known: Mapping[str, str]) -> Iterator[str]:
    if row.level not in LEVELS:
        yield f"the level “{row.level}” is none of {', '.join(LADDER)}: use one of these"
    elif row.code in known and known[row.code] != row.level:
        was = known[row.code]
        yield f"the unit {row.code} is a {was}, which cannot become a {row.level}: use another code"
    else:
        yield from _parent(row, levels)


def _parent(row: Row, levels: Mapping[str, str]) -> Iterator[str]:
    above = LADDER[LADDER.index(row.level) - 1] if row.level != LADDER[0] else ""
    if not above and row.parent_code:
        yield f"a {row.level} is the top of the ladder: leave its parent_code empty"
    if not above:
        return
    if not row.parent_code:
        yield f"the parent_code is empty: name the {above} that this {row.level} lies in"
    elif row.parent_code not in levels:
        yield (
            f"the parent {row.parent_code} is neither in this file nor in the database:"
            " add its row, or correct the parent_code"
        )
    elif levels[row.parent_code] in LEVELS and levels[row.parent_code] != above:
        yield (
            f"its parent {row.parent_code} is a {levels[row.parent_code]}, but a {row.level} lies"
            f" directly in a {above}: correct the level or the parent_code"
        )
