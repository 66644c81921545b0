"""From a file somebody exported to rows of text with their line numbers."""

import csv
import io
import json
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LIMIT = 16 * 1024 * 1024
"""No file of units or shifts comes near it; a larger one is the wrong file, and is refused unread."""
WORDS: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parents[2] / "import_words.json").read_text("utf-8")
)
"""What is said of a file, by language."""


class Unreadable(Exception):
    """The file as a whole cannot be read as a table. Its text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken, and why."""

    line: int
    reason: str


class Wrong(Exception):
    """What is wrong with a value, and what to do about it."""


class RowsRefused(Exception):
    """Some rows cannot be loaded, so none was."""

    def __init__(self, refusals: Sequence[Refusal], rows: int) -> None:
        super().__init__(f"{len(refusals)} of {rows} rows are refused")
        self.refusals, self.rows = sorted(refusals, key=lambda refusal: refusal.line), rows


@dataclass(frozen=True, slots=True)
class Line:
    """One row, its values trimmed. `number` is the line of the file on which the row begins."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows in its own order, those of the wrong width apart."""

    lines: list[Line]
    refusals: list[Refusal]
    encoding: str
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a table must have, those it may have, and what else people call them.

    `language` is the one in which whoever fills such a table is spoken to.
    """

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    also_called: Mapping[str, str] = field(default_factory=dict)
    language: str = "zh"

    def name(self, written: str) -> str:
        """The column's name by what stands in the header."""
        return self.also_called.get(written.lower(), written.lower())

    def say(self, what: str, **facts: object) -> str:
        """What is wrong with a table of these columns, in words."""
        return WORDS[what][self.language].format(**facts)

    def __contains__(self, name: str) -> bool:
        return name in self.needed or name in self.optional


def read_table(path: Path, columns: Columns) -> Table:
    """Read a CSV file with these columns; others are named in `ignored`.

    UTF-8, with or without a byte order mark, or GB18030, which Excel writes in China. Raises Unreadable.
    """
    text, encoding = _decode(bytes_of(path, columns), columns)
    return table_of(_records(text, columns), encoding, columns)


def table_of(records: Iterator[tuple[int, list[str]]], encoding: str, columns: Columns) -> Table:
    """The table of these rows with their line numbers, the header being the first. Raises Unreadable."""
    header = next(records, (1, []))[1]
    if not header:
        raise Unreadable(columns.say("empty", columns=",".join(columns.needed)))
    names = [columns.name(written) for written in header]
    _check_header(names, columns)
    ignored = tuple(said for said in header if said and columns.name(said) not in columns)
    table = Table([], [], encoding, ignored)
    for number, values in records:
        if len(values) == len(header):
            table.lines.append(Line(number, dict(zip(names, values, strict=True))))
        else:
            width = columns.say("wrong_width", found=len(values), wanted=len(header))
            table.refusals.append(Refusal(number, width))
    if not table.lines and not table.refusals:
        raise Unreadable(columns.say("no_rows"))
    return table


def bytes_of(path: Path, columns: Columns) -> bytes:
    """The file's content, of ordinary files only: a pipe or device may never end. Raises Unreadable."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise Unreadable(columns.say("directory", path=path))
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable(columns.say("no_ordinary_file", path=path))
        if found.st_size > LIMIT:
            size = f"{found.st_size / 2**20:.0f}"
            raise Unreadable(columns.say("too_large", path=path, size=size, most=LIMIT // 2**20))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable(columns.say("missing", path=path)) from error
    except OSError as error:
        raise Unreadable(columns.say("unread", path=path, reason=error.strerror)) from error


def _decode(data: bytes, columns: Columns) -> tuple[str, str]:
    _check_kind(data, columns)
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        broken = error
    if _mostly_utf8(data):
        raise Unreadable(columns.say("damaged", line=_line_at(data, broken.start))) from broken
    try:
        return data.decode("gb18030"), "GB18030"
    except UnicodeDecodeError as error:
        line = _line_at(data, error.start)
        raise Unreadable(columns.say("unknown_encoding", line=line)) from error


def _line_at(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def _check_kind(data: bytes, columns: Columns) -> None:
    """Name the files that people take for CSV."""
    if data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(columns.say("workbook"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(columns.say("utf_16"))
    if (nul := data.find(b"\0")) >= 0:
        raise Unreadable(columns.say("nul", line=_line_at(data, nul)))


def _mostly_utf8(data: bytes) -> bool:
    """Whether this is UTF-8 with some damage. GB18030 read as UTF-8 gives next to no valid characters."""
    text = data.decode("utf-8", errors="replace")
    beyond_ascii = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") < beyond_ascii / 2


def _records(text: str, columns: Columns) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins; blank ones are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(columns.say("no_csv", line=number)) from error
        trimmed = [value.strip() for value in values]
        if any(trimmed):
            yield number, trimmed
        number = reader.line_num + 1


def _check_header(header: list[str], columns: Columns) -> None:
    missing = [name for name in columns.needed if name not in header]
    if missing and len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise Unreadable(columns.say("no_commas"))
    if missing:
        needed = ",".join(columns.needed)
        raise Unreadable(columns.say("missing_columns", missing=", ".join(missing), columns=needed))
    # programs that keep tables write the empty columns beside one too
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        raise Unreadable(columns.say("twice"))
