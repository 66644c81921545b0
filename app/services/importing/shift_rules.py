"""One row of a roster as a rule that makes shifts, or what is wrong with it, in words that say what to do."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from app.services.importing.reading import Columns, Line, Refusal, Wrong
from app.services.importing.repeating import HOLIDAYS, PATTERNS, WEEKDAYS, Calendar

COLUMNS = Columns(
    ("组织单元", "姓名", "开始", "结束"),
    ("日期", "重复", "起止日期", "类别"),
    {
        "单元": "组织单元",
        "单位": "组织单元",
        "网格": "组织单元",
        "用户名": "姓名",
        "姓名/用户名": "姓名",
        "值班人": "姓名",
        "值班人员": "姓名",
        "开始时间": "开始",
        "结束时间": "结束",
        "值班日期": "日期",
    },
)
KINDS = {"": "duty", "值班": "duty", "延时服务": "after_hours", "延时": "after_hours"}
"""The words of the column 类别, and the kinds of shifts."""
SAME = {"每日": "每天", "天天": "每天", "双休日": "周末", "节假日": HOLIDAYS}
"""Other words for the patterns."""
CHOICES = f"写{'、'.join(PATTERNS)}，几样之间用顿号"
MOST_DAYS = 366
YEARS = range(2000, 2101)
"""Any other is a slip of the hand; and the first and last days that a date can say have no whole nights."""
CLOCK = re.compile(r"(\d{1,2})(?::|点|时)(\d{2})?分?(?::00)?")
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
MIDNIGHT = re.compile(r" 0?0:00(:00)?")
TO = re.compile(r"\s*(?:至|到|~|—+|–|-+)\s*")
PERIOD = re.compile(rf"(?P<first>{DATE.pattern}){TO.pattern}(?P<last>{DATE.pattern})")
AND = re.compile(r"[、,;\s和]+")
WEEK = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天]+)")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule:
    """Somebody's shifts at a unit: on which days, and in minutes after midnight from when to when."""

    line: int
    unit: str
    person: str
    patterns: frozenset[str]
    first: date
    last: date
    start: int
    end: int
    kind: str


def as_rule(line: Line, calendar: Calendar) -> Rule | Refusal:
    """The row as a rule, or everything that is wrong with it."""
    faults: list[str] = []
    values = {name: _plain(name, written) for name, written in line.values.items()}

    def take(read: Callable[..., T], *columns: str) -> T | Any:
        try:
            return read(*(values.get(column, "") for column in columns))
        except Wrong as wrong:
            faults.append(str(wrong))
            return None

    unit, person = take(_unit, "组织单元"), take(_person, "姓名")
    when = take(_days, "日期", "重复", "起止日期")
    start, end, kind = take(_start, "开始"), take(_end, "结束"), take(_kind, "类别")
    if when and HOLIDAYS in when[0] and not calendar.is_announced(when[2].year):
        faults.append(f"{when[2].year} 年的法定节假日还没有公布：先导入前面的，公布后再导入这些天")
    if faults:
        return Refusal(line.number, "；".join(faults))
    patterns, first, last = when
    return Rule(line.number, unit, person, patterns, first, last, start, end, kind)


def _plain(column: str, written: str) -> str:
    """As people type it on any keyboard; names stay as they are written, for they are looked up."""
    names = ("组织单元", "姓名")
    return written if column in names else unicodedata.normalize("NFKC", written).strip()


def _unit(written: str) -> str:
    if not written:
        raise Wrong("组织单元没有填：写单位的名称或编码")
    return written


def _person(written: str) -> str:
    if not written:
        raise Wrong("姓名没有填：写值班人的姓名或用户名")
    return written


def _start(written: str) -> int:
    minutes = _clock(written, "开始")
    if minutes == 24 * 60:
        raise Wrong("开始不能是 24:00：写成第二天的 00:00")
    return minutes


def _end(written: str) -> int:
    return _clock(written, "结束")


def _clock(written: str, column: str) -> int:
    found = CLOCK.fullmatch(written)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if minute > 59 or hour * 60 + minute > 24 * 60:
        said = f"“{written}”看不懂" if written else "没有填"
        raise Wrong(f"{column}{said}：写成 08:30 这样的时间")
    return hour * 60 + minute


def _kind(written: str) -> str:
    if written not in KINDS:
        raise Wrong(f"类别“{written}”看不懂：写“值班”或“延时服务”，空着就是值班")
    return KINDS[written]


def _days(day: str, repeated: str, period: str) -> tuple[frozenset[str], date, date]:
    if day and (repeated or period):
        raise Wrong("日期和重复只能填一样：只值一天就留日期，按规律值班就留重复和起止日期")
    if day:
        return frozenset({"每天"}), _date(day), _date(day)
    if not repeated and not period:
        raise Wrong("日期没有填：写一天，或写重复和起止日期")
    return _patterns(repeated), *_period(period)


def _patterns(written: str) -> frozenset[str]:
    if not written:
        raise Wrong(f"写了起止日期，还要写重复：{CHOICES}")
    closed = TO.sub("至", written)
    return frozenset(name for word in AND.split(closed) if word for name in _pattern(word))


def _pattern(word: str) -> list[str]:
    """The patterns of one word: 工作日, 周一, 周一三五, or 周一至周五."""
    first, *rest = [_names(part) for part in word.split("至")]
    if not rest:
        return first
    ends = [*first, *rest[0]]
    if len(rest) == 1 and len(ends) == 2 and set(ends) <= set(WEEKDAYS):
        start, end = map(WEEKDAYS.index, ends)
        if start < end:
            return list(WEEKDAYS[start : end + 1])
    raise Wrong(f"重复“{word}”看不懂：{CHOICES}")


def _names(word: str) -> list[str]:
    if found := WEEK.fullmatch(word):
        return [f"周{day}".replace("天", "日") for day in found[1]]
    name = SAME.get(word, word)
    if name not in PATTERNS:
        raise Wrong(f"重复“{word}”看不懂：{CHOICES}")
    return [name]


def _period(written: str) -> tuple[date, date]:
    found = PERIOD.fullmatch(written)
    if not found:
        said = f"“{written}”看不懂" if written else "没有填"
        raise Wrong(f"起止日期{said}：写成 2026-12-01至2026-12-31")
    first, last = _date(found["first"]), _date(found["last"])
    if last < first:
        raise Wrong("起止日期前后颠倒：先写开始的那天")
    if (last - first).days >= MOST_DAYS:
        raise Wrong("起止日期超过一年：分成几行，每行不超过一年")
    return first, last


def _date(written: str) -> date:
    found = DATE.fullmatch(MIDNIGHT.sub("", written))
    try:
        day = date(*map(int, found.groups())) if found else date(0, 0, 0)
    except ValueError as error:
        raise Wrong(f"日期“{written}”看不懂，或没有这一天：写成 2026-12-01") from error
    if day.year not in YEARS:
        raise Wrong(f"日期“{written}”的年份不对：写 {YEARS[0]} 到 {YEARS[-1]} 之间的一天")
    return day
