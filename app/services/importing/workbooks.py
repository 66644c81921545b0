"""The first sheet in sight of an Excel workbook, read as a CSV file is: text by rows and columns."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from app.services.importing.reading import (
    Columns,
    Table,
    Unreadable,
    bytes_of,
    read_table,
    table_of,
)

MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes a workbook may unpack to: a few kilobytes can hold gigabytes of nothing."""
ZIP = b"PK\x03\x04"


def read_sheet(path: Path, columns: Columns) -> Table:
    """Read the first sheet in sight of a workbook (.xlsx), or a CSV file. Raises Unreadable."""
    data = bytes_of(path, columns)
    if not data.startswith(ZIP):
        return read_table(path, columns)
    return table_of(_records(data), "Excel", columns)


def _records(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, as wide as the first, which is the header; blank ones are passed over."""
    width = 0
    for number, cells in enumerate(_cells(data), 1):
        values = [_text(cell) for cell in cells]
        width = width or max((n for n, value in enumerate(values, 1) if value), default=0)
        if any(values[:width]):
            yield number, (values + [""] * width)[:width]


def _cells(data: bytes) -> Iterator[tuple[Any, ...]]:
    # here, so that a server does not carry it
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable("这个 Excel 文件太大了：请只留要导入的这一张表，另存后再导入。")
        sheets = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets
        sheet = next(one for one in sheets if one.sheet_state == "visible")
        # WPS and exporters write down a wrong size of the sheet, often A1
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
    except Unreadable:
        raise
    except Exception as error:
        # openpyxl raises whatever its parsers raise; all of it means the same to who holds the file
        raise Unreadable(
            "这个 Excel 文件打不开：可能损坏了，或不是 .xlsx。"
            "请用 Excel 打开，另存为“Excel 工作簿”再导入。"
        ) from error


def _text(cell: Any) -> str:
    """What a person sees in the cell, in one way of writing days and times."""
    if isinstance(cell, datetime):
        cell = cell.date() if cell.time() == time() else cell
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()
