"""One row of a duty list as an item, or what is wrong with it, in words that say what to do."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from app.services.importing.reading import Columns, Line, Refusal

COLUMNS = Columns(
    ("编码", "大类", "事项", "牵头部门"),
    ("协办部门", "办理时限", "紧急程度", "关键词"),
    {
        "事项编码": "编码",
        "编号": "编码",
        "类别": "大类",
        "事项名称": "事项",
        "职责事项": "事项",
        "责任部门": "牵头部门",
        "牵头单位": "牵头部门",
        "主办部门": "牵头部门",
        "配合部门": "协办部门",
        "配合单位": "协办部门",
        "时限": "办理时限",
    },
)
LONGEST = {"编码": 40, "大类": 40, "事项": 120, "牵头部门": 60}
URGENCIES = {"": None, "紧急": "urgent", "一般": "normal", "普通": "normal"}
MOST_LISTED = 20
"""Departments or keywords of one item."""
LONGEST_LISTED = 60
LIMIT = re.compile(r"(\d{1,4})个?(小时|天|日|工作日)(?:内|以内)?")
MOST_HOURS, MOST_DAYS = 24 * 366, 366
AND = re.compile(r"[、，,；;\n]+")


@dataclass(frozen=True, slots=True)
class Item:
    """An item as a row gives it, by the names of the table's columns (`app/models/duty_list.py`)."""

    code: str
    class_name: str
    item: str
    lead_department: str
    helping_departments: tuple[str, ...] = ()
    settle_hours: int | None = None
    settle_working_days: int | None = None
    urgency: str | None = None
    keywords: tuple[str, ...] = ()


def as_item(line: Line) -> Item | Refusal:
    """The row as an item, or everything that is wrong with it."""
    values = {name: _plain(name, written) for name, written in line.values.items()}
    faults = [*_words(values), *_lists(values)]
    limit = _limit(values.get("办理时限", ""))
    urgency = values.get("紧急程度", "")
    if limit is None:
        faults.append(
            f"办理时限“{values['办理时限']}”看不懂：写成 24小时 或 5个工作日，没有时限就空着"
        )
    if urgency not in URGENCIES:
        faults.append(f"紧急程度“{urgency}”看不懂：写“紧急”或“一般”，空着就由填报人定")
    if faults or limit is None:
        return Refusal(line.number, "；".join(faults))
    code, class_name, item, lead = (values[name] for name in COLUMNS.needed)
    helping, keywords = (_listed(values.get(name, "")) for name in ("协办部门", "关键词"))
    return Item(code, class_name, item, lead, helping, *limit, URGENCIES[urgency], keywords)


def _plain(column: str, written: str) -> str:
    """As people type it on any keyboard; names stay as they are written."""
    figures = ("编码", "办理时限", "紧急程度")
    return unicodedata.normalize("NFKC", written).strip() if column in figures else written


def _words(values: dict[str, str]) -> list[str]:
    """What is missing or too long."""
    missing = [f"{name}没有填" for name in COLUMNS.needed if not values[name]]
    long = [
        f"{name}有 {len(values[name])} 个字，最多 {most} 个：写短一点"
        for name, most in LONGEST.items()
        if len(values[name]) > most
    ]
    return missing + long


def _lists(values: dict[str, str]) -> list[str]:
    """Lists that are too long, or written without marks between."""
    return [
        f"{name}最多写 {MOST_LISTED} 个，每个不超过 {LONGEST_LISTED} 个字，中间用顿号隔开"
        for name in ("协办部门", "关键词")
        if len(words := _listed(values.get(name, ""))) > MOST_LISTED
        or any(len(word) > LONGEST_LISTED for word in words)
    ]


def _listed(written: str) -> tuple[str, ...]:
    """The words of a list, each once."""
    words = (word.strip() for word in AND.split(written))
    return tuple(dict.fromkeys(word for word in words if word))


def _limit(written: str) -> tuple[int | None, int | None] | None:
    """Hours round the clock and working days, one of them or neither; None where it can't be understood.

    天 and 日 are calendar days: 24 hours each.
    """
    if not written:
        return None, None
    found = LIMIT.fullmatch(re.sub(r"\s", "", written))
    if not found:
        return None
    number, unit = int(found[1]), found[2]
    if "工作日" in unit:
        return (None, number) if 1 <= number <= MOST_DAYS else None
    hours = number if unit == "小时" else number * 24
    return (hours, None) if 1 <= hours <= MOST_HOURS else None


def repeated(lines: list[tuple[int, Any]]) -> list[Refusal]:
    """Rows whose code an earlier one has already."""
    first: dict[str, int] = {}
    return [
        Refusal(number, f"编码“{item.code}”和第 {first[item.code]} 行一样：每个事项要有自己的编码")
        for number, item in lines
        if first.setdefault(item.code, number) != number
    ]
