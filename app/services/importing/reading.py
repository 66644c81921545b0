"""From a file somebody exported to rows of text with their line numbers."""

import csv
import io
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LIMIT = 16 * 1024 * 1024
"""No file of units or shifts comes near it; a larger one is the wrong file, and is refused unread."""


class Unreadable(Exception):
    """The file as a whole cannot be read as a table. Its text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken, and why."""

    line: int
    reason: str


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
    """The columns a table must have, those it may have, and what else people call them."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    also_called: Mapping[str, str] = field(default_factory=dict)

    def name(self, written: str) -> str:
        """The column's name by what stands in the header."""
        return self.also_called.get(written.lower(), written.lower())

    def __contains__(self, name: str) -> bool:
        return name in self.needed or name in self.optional


def read_table(path: Path, columns: Columns) -> Table:
    """Read a CSV file with these columns; others are named in `ignored`.

    UTF-8, with or without a byte order mark, or GB18030, which Excel writes in China. Raises Unreadable.
    """
    text, encoding = _decode(bytes_of(path))
    return table_of(_records(text), encoding, columns)


def table_of(records: Iterator[tuple[int, list[str]]], encoding: str, columns: Columns) -> Table:
    """The table of these rows with their line numbers, the header being the first. Raises Unreadable."""
    header = next(records, (1, []))[1]
    if not header:
        raise Unreadable(f"The file is empty. Its first line must be: {','.join(columns.needed)}")
    names = [columns.name(written) for written in header]
    _check_header(names, columns.needed)
    ignored = tuple(written for written in header if columns.name(written) not in columns)
    table = Table([], [], encoding, ignored)
    for number, values in records:
        if len(values) == len(header):
            table.lines.append(Line(number, dict(zip(names, values, strict=True))))
        else:
            table.refusals.append(Refusal(number, _wrong_width(len(values), len(header))))
    if not table.lines and not table.refusals:
        raise Unreadable("The file has a header and no rows below it. Nothing to import.")
    return table


def _wrong_width(found: int, wanted: int) -> str:
    return (
        f"it has {found} values, the header has {wanted}: add or remove a comma, or put the value"
        " that contains a comma between quotation marks"
    )


def bytes_of(path: Path) -> bytes:
    """The file's content, of ordinary files only: a pipe or device may never end. Raises Unreadable."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise Unreadable(f"{path} is a directory. Give the path of a CSV file.")
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable(f"{path} is not an ordinary file. Save it as a CSV file first.")
        if found.st_size > LIMIT:
            raise Unreadable(_too_large(path, found.st_size))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable(f"{path} does not exist. Check the path.") from error
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error


def _too_large(path: Path, size: int) -> str:
    return (
        f"{path} has {size / 2**20:.0f} MiB; at most {LIMIT // 2**20} MiB are read."
        " If it is the right one, split it into several files."
    )


def _decode(data: bytes) -> tuple[str, str]:
    _check_kind(data)
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        broken = error
    if _mostly_utf8(data):
        line = data.count(b"\n", 0, broken.start) + 1
        raise Unreadable(f"Line {line} is damaged UTF-8. Export the file again.") from broken
    try:
        return data.decode("gb18030"), "GB18030"
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"The file is neither UTF-8 nor GB18030 (line {line}). Save it as “CSV UTF-8”."
        ) from error


def _check_kind(data: bytes) -> None:
    """Name the files that people take for CSV."""
    if data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("This is an Excel workbook. In Excel, save it as “CSV UTF-8” first.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("This is UTF-16 text. Save it as “CSV UTF-8” first.")
    if (nul := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise Unreadable(f"Line {line} contains a NUL byte: not a text file, or a damaged one.")


def _mostly_utf8(data: bytes) -> bool:
    """Whether this is UTF-8 with some damage. GB18030 read as UTF-8 gives next to no valid characters."""
    text = data.decode("utf-8", errors="replace")
    beyond_ascii = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") < beyond_ascii / 2


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins; blank ones are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                f"The row that begins on line {number} is not proper CSV ({error})."
                " Check its quotation marks."
            ) from error
        trimmed = [value.strip() for value in values]
        if any(trimmed):
            yield number, trimmed
        number = reader.line_num + 1


def _check_header(header: list[str], columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in header]
    if missing and len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise Unreadable("The columns are not separated by commas. Save the file as “CSV UTF-8”.")
    if missing:
        raise Unreadable(
            f"Missing columns: {', '.join(missing)}. The first line must be: {','.join(columns)}"
        )
    if len(set(header)) < len(header):
        raise Unreadable("A column name appears twice in the first line. Remove one of the two.")
