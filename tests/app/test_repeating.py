"""What a roster's words mean, on the calendar with its holidays and shifted weekends."""

from datetime import date, datetime
from itertools import combinations
from typing import Any

import pytest

from app.services.importing.reading import Line, Refusal
from app.services.importing.repeating import days, span
from app.services.importing.shift_rules import Rule, as_rule
from app.services.importing.shifts import CALENDAR

NATIONAL_DAY = (date(2026, 9, 28), date(2026, 10, 11))
"""Two weeks around 1 to 7 October 2026, which are off; Saturday the 10th is worked for it."""


def expanded(words: str, first: date, last: date) -> list[str]:
    rule = as_rule(line(重复=words, 起止日期=f"{first}至{last}", 日期=""), CALENDAR)
    assert isinstance(rule, Rule), rule
    return [f"{day:%m-%d}" for day in days(rule.patterns, rule.first, rule.last, CALENDAR)]


def line(**more: str) -> Line:
    row = {"组织单元": "g", "姓名": "张伟", "日期": "2026-12-01", "开始": "08:30", "结束": "17:30"}
    return Line(7, row | more)


def fault(**more: str) -> str:
    refusal = as_rule(line(**more), CALENDAR)
    assert isinstance(refusal, Refusal), refusal
    assert refusal.line == 7
    return refusal.reason


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("法定节假日", "10-01 10-02 10-03 10-04 10-05 10-06 10-07"),
        ("工作日", "09-28 09-29 09-30 10-08 10-09 10-10"),
        ("周末", "10-11"),
        ("周六", "10-03 10-10"),
        ("周六、周日", "10-03 10-04 10-10 10-11"),
        ("周一至周三", "09-28 09-29 09-30 10-05 10-06 10-07"),
        ("周一三天", "09-28 09-30 10-04 10-05 10-07 10-11"),
        ("周末,节假日", "10-01 10-02 10-03 10-04 10-05 10-06 10-07 10-11"),
    ],
)
def test_words_of_a_roster_in_the_week_of_national_day(words: str, meant: str) -> None:
    assert expanded(words, *NATIONAL_DAY) == meant.split()


def test_working_days_weekends_and_holidays_share_out_every_day_of_a_year() -> None:
    year = (date(2026, 1, 1), date(2026, 12, 31))
    kinds = [expanded(words, *year) for words in ("工作日", "周末", "法定节假日")]
    assert sorted(day for kind in kinds for day in kind) == expanded("每天", *year)
    assert all(not set(one) & set(other) for one, other in combinations(kinds, 2))


@pytest.mark.parametrize(
    ("start", "end", "begins", "ends"),
    [
        (8 * 60 + 30, 17 * 60 + 30, "2026-12-01T00:30", "2026-12-01T09:30"),
        (22 * 60, 6 * 60, "2026-12-01T14:00", "2026-12-01T22:00"),
        (8 * 60, 8 * 60, "2026-12-01T00:00", "2026-12-02T00:00"),
        (16 * 60, 24 * 60, "2026-12-01T08:00", "2026-12-01T16:00"),
        (0, 24 * 60, "2026-11-30T16:00", "2026-12-01T16:00"),
    ],
)
def test_a_shift_that_does_not_end_later_ends_the_next_day(
    start: int, end: int, begins: str, ends: str
) -> None:
    moments = tuple(datetime.fromisoformat(f"{moment}Z") for moment in (begins, ends))
    assert span(date(2026, 12, 1), start, end) == moments


@pytest.mark.parametrize("written", ["2026-12-1", "2026/12/01", "2026年12月1日", "２０２６.12.1"])
def test_days_are_read_as_people_write_them(written: str) -> None:
    rule = as_rule(line(日期=written), CALENDAR)
    assert isinstance(rule, Rule)
    assert (rule.first, rule.last) == (date(2026, 12, 1), date(2026, 12, 1))


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-01至2026-12-31",
        "2026/12/1 - 2026/12/31",
        "2026年12月1日～2026年12月31日",
        "2026.12.1—2026.12.31",
    ],
)
def test_periods_are_read_as_people_write_them(written: str) -> None:
    rule = as_rule(line(日期="", 重复="每天", 起止日期=written), CALENDAR)
    assert isinstance(rule, Rule)
    assert (rule.first, rule.last) == (date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize("written", ["8:30", "08：30", "8点30分", "8:30:00"])
def test_times_are_read_as_people_write_them(written: str) -> None:
    rule = as_rule(line(开始=written), CALENDAR)
    assert isinstance(rule, Rule)
    assert rule.start == 8 * 60 + 30


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"组织单元": ""}, "组织单元没有填：写单位的名称或编码"),
        ({"姓名": ""}, "姓名没有填：写值班人的姓名或用户名"),
        ({"日期": ""}, "日期没有填：写一天，或写重复和起止日期"),
        ({"日期": "12月1日"}, "日期“12月1日”看不懂，或没有这一天：写成 2026-12-01"),
        ({"日期": "2026-02-30"}, "日期“2026-02-30”看不懂，或没有这一天：写成 2026-12-01"),
        ({"开始": "早上"}, "开始“早上”看不懂：写成 08:30 这样的时间"),
        ({"开始": "24:00"}, "开始不能是 24:00：写成第二天的 00:00"),
        ({"结束": ""}, "结束没有填：写成 08:30 这样的时间"),
        ({"结束": "24:01"}, "结束“24:01”看不懂：写成 08:30 这样的时间"),
        ({"类别": "加班"}, "类别“加班”看不懂：写“值班”或“延时服务”，空着就是值班"),
        ({"重复": "每天"}, "日期和重复只能填一样：只值一天就留日期，按规律值班就留重复和起止日期"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_said_with_what_to_do(
    wrong: dict[str, str], words: str
) -> None:
    assert fault(**wrong) == words


@pytest.mark.parametrize(
    ("repeated", "period", "words"),
    [
        ("每天", "", "起止日期没有填：写成 2026-12-01至2026-12-31"),
        ("每天", "十二月", "起止日期“十二月”看不懂：写成 2026-12-01至2026-12-31"),
        ("每天", "2026-12-31至2026-12-01", "起止日期前后颠倒：先写开始的那天"),
        ("每天", "2026-01-01至2027-01-02", "起止日期超过一年：分成几行，每行不超过一年"),
        ("周五至周一", "2026-12-01至2026-12-31", "重复“周五至周一”看不懂：写每天、工作日、周末、法定节假日、"
            "周一、周二、周三、周四、周五、周六、周日，几样之间用顿号"),
        ("法定节假日", "2089-12-01至2090-02-28",
            "2090 年的法定节假日还没有公布：先导入前面的，公布后再导入这些天"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_pattern_is_said_with_what_to_do(
    repeated: str, period: str, words: str
) -> None:
    assert fault(日期="", 重复=repeated, 起止日期=period) == words


def test_a_row_with_several_faults_names_them_all() -> None:
    assert fault(姓名="", 类别="?").count("：") == 2


def test_names_keep_the_brackets_they_are_written_with() -> None:
    rule: Any = as_rule(line(组织单元="幸福小区（南）"), CALENDAR)
    assert rule.unit == "幸福小区（南）"
