"""A roster comes in from a workbook or CSV file whole or not at all, and again without a change."""

import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from app.commands.importing import import_group
from app.extensions import reading, writing
from app.models import DutyShift, Membership, Person, Unit
from app.services.importing import shifts as importing_shifts
from app.services.importing import workbooks
from app.services.importing.shift_template import SHIFTS
from sync.deadlines import CHINA
from tests.app.post import suspend
from tests.app.test_swaps import offer, reply
from tests.meanwhile import Halt, on_postgresql
from tests.roster import roster
from tests.town import id_of

Rows = Sequence[Sequence[Any]]
Load = Callable[..., Result]
HEADER = SHIFTS.header
CSV_HEADER = "组织单元,姓名,开始,结束\n"
NAMES = {id_of(name): name for name in ("worker", "mate", "leader", "officer", "secretary")}


@pytest.fixture
def run(town: Flask) -> Load:
    return lambda *arguments: CliRunner().invoke(
        import_group, ["shifts", *map(str, arguments)], obj=town
    )


@pytest.fixture
def load(run: Load, tmp_path: Path) -> Load:
    """Runs `qiaomen import shifts` on a workbook with these rows below the template's header."""

    def load(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> Result:
        book = Workbook()
        for row in (header, *rows):
            book.active.append(row)
        book.save(tmp_path / "roster.xlsx")
        return run(tmp_path / "roster.xlsx")

    return load


def shifts() -> list[str]:
    """Every shift there is, in China's time: unit, person, from, to, and what it is beside `duty`."""
    with reading() as session:
        rows = session.execute(
            select(DutyShift, Unit.name)
            .join(Unit, Unit.id == DutyShift.unit_id)
            .order_by(DutyShift.starts_at, Unit.name, DutyShift.person_id)
        ).all()
    return [
        f"{unit} {NAMES[one.person_id]} {one.starts_at.astimezone(CHINA):%m-%d %H:%M}"
        f"–{one.ends_at.astimezone(CHINA):%m-%d %H:%M}" + one.kind.removeprefix("duty")
        for one, unit in rows
    ]


def ids() -> set[str]:
    with reading() as session:
        return set(session.scalars(select(DutyShift.id)))


def one_day(
    person: str = "worker", day: str = "2026-12-01", unit: str = "garden-1", **more: str
) -> list[str]:
    row = {"组织单元": unit, "姓名": person, "日期": day, "开始": "08:30", "结束": "17:30"} | more
    return [row.get(column, "") for column in HEADER]


def repeated(person: str, words: str, period: str, start: str, end: str, **more: str) -> list[str]:
    again = {"重复": words, "起止日期": period, "开始": start, "结束": end}
    return one_day(person, "", **again, **more)


def test_a_roster_of_days_patterns_nights_and_hours_after_work_becomes_shifts(load: Load) -> None:
    result = load(
        one_day(),
        repeated("mate", "周末", "2026-12-01至2026-12-06", "22:00", "06:00"),
        repeated("leader", "工作日", "2026-12-03至2026-12-04", "17:30", "20:00", 类别="延时服务"),
        one_day("officer", "2026-12-02", "street", 开始="08:00", 结束="08:00"),
    )
    assert result.output == "4 行，2 个单位，共 6 个班：新增 6，不变 0，撤掉原来导入的 0。\n"
    assert shifts() == [
        "garden-1 worker 12-01 08:30–12-01 17:30",
        "street officer 12-02 08:00–12-03 08:00",
        "garden-1 leader 12-03 17:30–12-03 20:00after_hours",
        "garden-1 leader 12-04 17:30–12-04 20:00after_hours",
        "garden-1 mate 12-05 22:00–12-06 06:00",
        "garden-1 mate 12-06 22:00–12-07 06:00",
    ]


def test_the_same_roster_again_changes_nothing_not_even_a_swap(load: Load) -> None:
    rows = [one_day(), one_day("mate", "2026-12-02")]
    load(*rows)
    before = ids()
    with writing() as session:
        swapped = session.scalars(
            select(DutyShift).where(DutyShift.person_id == id_of("worker"))
        ).one()
        swapped.person_id = id_of("leader")
    result = load(*rows)
    assert result.output == "2 行，1 个单位，共 2 个班：新增 0，不变 2，撤掉原来导入的 0。\n"
    assert ids() == before
    assert shifts()[0].startswith("garden-1 leader")


def test_nobody_is_given_a_new_shift_while_they_take_a_colleagues(load: Load) -> None:
    load(one_day(), one_day("mate", "2026-12-02"))
    with writing() as session:
        swapped = session.scalars(
            select(DutyShift).where(DutyShift.person_id == id_of("worker"))
        ).one()
        swapped.person_id = id_of("mate")
    before = shifts()
    result = load(one_day(), one_day("mate", "2026-12-02"), one_day("mate", "2026-12-01"))
    assert "第 4 行：2026-12-01 已经答应替同事值班" in result.output
    assert shifts() == before
    # without that shift there is nothing to be beside
    assert "新增 1" in load(one_day("mate", "2026-12-01"), one_day("mate", "2026-12-02")).output
    assert shifts() == before


def test_a_new_roster_replaces_the_units_imported_shifts_of_its_days_and_no_others(
    load: Load,
) -> None:
    load(
        one_day(day="2026-11-30"),
        one_day(day="2026-12-01"),
        one_day(day="2026-12-02"),
        one_day(day="2026-12-03"),
        one_day("secretary", "2026-12-02", "garden"),
    )
    roster("mate", "garden-1", datetime(2026, 12, 2, tzinfo=CHINA))
    with writing() as session:
        session.get_one(DutyShift, (id_of("community"), id_of("shift mate"))).source = "demo"
    result = load(one_day("leader", "2026-12-01"), one_day("worker", "2026-12-02"))
    assert "新增 1，不变 1，撤掉原来导入的 1。" in result.output
    assert shifts() == [
        "garden-1 worker 11-30 08:30–11-30 17:30",
        "garden-1 leader 12-01 08:30–12-01 17:30",
        "garden-1 mate 12-02 00:00–12-02 08:00",
        "garden secretary 12-02 08:30–12-02 17:30",
        "garden-1 worker 12-02 08:30–12-02 17:30",
        "garden-1 worker 12-03 08:30–12-03 17:30",
    ]


def test_nothing_is_loaded_when_a_row_is_wrong_and_each_is_named_with_what_to_do(
    load: Load,
) -> None:
    result = load(
        one_day(),
        one_day(unit="nowhere"),
        one_day("stranger"),
        one_day("张三"),
        one_day("", 开始="早上"),
    )
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "Error: 什么都没有导入：5 行里有 4 行不对。",
        "  第 3 行：没有叫“nowhere”的单位：对照单位名称改一下，或写单位编码",
        "  第 4 行：garden-1没有叫“stranger”的工作人员：改姓名或写用户名；新来的先开账号",
        "  第 5 行：garden-1没有叫“张三”的工作人员：改姓名或写用户名；新来的先开账号",
        "  第 6 行：姓名没有填：写值班人的姓名或用户名；开始“早上”看不懂：写成 08:30 这样的时间",
        "改好这些行，再导入一次。",
    ]
    assert shifts() == []


@pytest.mark.parametrize("day", ["0001-01-01", "0206-12-01", "2206-12-01", "9999-12-31"])
def test_a_day_of_another_century_is_a_slip_of_the_hand(load: Load, day: str) -> None:
    said = f"第 2 行：日期“{day}”的年份不对：写 2000 到 2100 之间的一天"
    assert said in load(one_day(day=day)).output
    assert said in load(repeated("worker", "周一", f"{day}至{day}", "22:00", "06:00")).output
    assert shifts() == []


def test_a_name_that_several_share_is_asked_for_by_code_or_user_name(load: Load) -> None:
    with writing() as session:
        for code in ("garden-1", "garden-2"):
            session.get_one(Unit, id_of(code)).name = "第1网格"
        for name in ("worker", "mate"):
            session.get_one(Person, id_of(name)).name = "王伟"
    assert "有 2 个单位都叫“第1网格”：改写单位编码" in load(one_day(unit="第1网格")).output
    assert (
        "第1网格有 2 个人都叫“王伟”：改写用户名（mate、worker）"
        in load(one_day(person="王伟")).output
    )
    assert load(one_day(person="worker", unit="garden-1")).exit_code == 0


def test_who_holds_two_posts_at_a_unit_is_still_one_person(load: Load) -> None:
    with writing() as session:
        session.get_one(Person, id_of("worker")).name = "王伟"
        session.add(
            Membership(unit_id=id_of("garden-1"), person_id=id_of("worker"), role="grid_leader")
        )
    assert load(one_day(person="王伟")).exit_code == 0


def test_nobody_suspended_and_no_auditor_is_put_on_duty(load: Load) -> None:
    suspend("worker")
    assert "“worker”的账号已停用：换一位值班人" in load(one_day()).output
    assert "没有叫“auditor”的工作人员" in load(one_day("auditor", unit="community")).output


def test_one_person_is_not_put_on_duty_twice_at_one_time(load: Load) -> None:
    result = load(
        repeated("worker", "每天", "2026-12-01至2026-12-05", "22:00", "06:00"),
        one_day(day="2026-12-03", 开始="05:00", 结束="08:00"),
        one_day(day="2026-12-05", 开始="06:00", 结束="08:00"),
        one_day("mate", 开始="00:00", 结束="24:00"),
        one_day("mate", 开始="01:00", 结束="02:00"),
        one_day("mate", 开始="03:00", 结束="04:00"),
    )
    twice = "同一个人不能同时值两个班：改时间，或删掉一行"
    assert result.output.splitlines()[1:-1] == [
        f"  第 {line} 行：和第 {other} 行的班时间重叠（2026-12-0{day}），{twice}"
        for line, other, day in ((3, 2, 3), (6, 5, 1), (7, 5, 1))
    ]


def test_days_and_times_that_excel_keeps_as_such_are_understood(load: Load) -> None:
    row = dict.fromkeys(HEADER)
    row |= {
        "组织单元": "garden-1",
        "姓名": "worker",
        "日期": date(2026, 12, 1),
        "开始": time(8, 30),
    }
    result = load([*(row | {"结束": timedelta(hours=24)}).values()])
    assert result.exit_code == 0, result.output
    assert shifts() == ["garden-1 worker 12-01 08:30–12-02 00:00"]


def test_a_csv_file_of_excel_in_china_with_other_names_for_columns_is_read(
    run: Load, tmp_path: Path
) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(
        "网格,用户名,值班日期,开始时间,结束时间,备注\ngarden-1,mate,2026/12/1,8:30,17:30,带钥匙\n".encode(
            "gb18030"
        )
    )
    assert run(file).output.splitlines() == [
        "1 行，1 个单位，共 1 个班：新增 1，不变 0，撤掉原来导入的 0。",
        "文件按 GB18030 读的，第一个人是mate：不对就另存为“CSV UTF-8”再导入。",
        "没有用到的列：备注。",
    ]
    assert shifts() == ["garden-1 mate 12-01 08:30–12-01 17:30"]


def test_the_template_is_filled_in_and_imported(run: Load, tmp_path: Path) -> None:
    file = tmp_path / "模板.xlsx"
    assert run("--template", file).output == f"值班表模板写到了 {file}，怎么填见第二张表。\n"
    book = load_workbook(file)
    assert book.sheetnames == ["值班表", "填写说明"]
    for column, value in enumerate(one_day(), 1):
        book["值班表"].cell(row=2, column=column, value=value)
    book.save(file)
    assert run(file).exit_code == 0
    assert shifts() == ["garden-1 worker 12-01 08:30–12-01 17:30"]
    again = run("--template", file)
    assert (again.exit_code, "免得盖掉填好的值班表" in again.output) == (1, True)


def test_the_templates_own_examples_are_rows_that_it_understands(run: Load, tmp_path: Path) -> None:
    run("--template", tmp_path / "t.xlsx")
    help_ = load_workbook(tmp_path / "t.xlsx")["填写说明"]
    rows = [[value or "" for value in row] for row in help_.iter_rows(values_only=True)]
    examples = rows[rows.index(list(HEADER)) + 1 :]
    with writing() as session:
        for name, username in (("worker", "张伟"), ("mate", "李娜"), ("leader", "wangfang")):
            session.get_one(Person, id_of(name)).username = username
        session.get_one(Unit, id_of("garden-1")).name = "幸福小区第1网格"
        session.get_one(Unit, id_of("community")).code = "370602003001"
        session.get_one(Person, id_of("community-worker")).name = "赵敏"
    book = Workbook()
    for row in (HEADER, *examples):
        book.active.append(row)
    book.save(tmp_path / "examples.xlsx")
    result = run(tmp_path / "examples.xlsx")
    assert result.output.startswith("4 行，2 个单位，")


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", None])
def test_a_broken_workbook_is_refused_with_what_to_do(
    run: Load, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "roster.xlsx"
    if content:
        file.write_bytes(content)
    else:
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("empty.txt", "")
    result = run(file)
    assert (result.exit_code, "这个 Excel 文件打不开" in result.output) == (1, True)


def test_a_workbook_that_unpacks_to_far_too_much_is_refused_unread(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1000)
    assert "这个 Excel 文件太大了" in load(one_day()).output


def test_a_file_of_too_many_rows_is_refused(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_shifts, "MOST_ROWS", 1)
    assert "这个文件超过 1 行" in load(one_day(), one_day(day="2026-12-02")).output
    assert shifts() == []


def test_a_file_of_too_many_shifts_is_refused(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_shifts, "MOST_SHIFTS", 30)
    result = load(repeated("worker", "每天", "2026-12-01至2026-12-31", "08:00", "17:00"))
    assert "这个文件排出来的班超过 30 个" in result.output
    assert shifts() == []


def test_a_workbook_without_a_needed_column_or_without_rows_is_refused(load: Load) -> None:
    assert "缺少这些列：姓名。" in load(["garden-1"], header=["组织单元", "开始", "结束"]).output
    assert "文件只有表头" in load().output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的。第一行应当是：组织单元,姓名,开始,结束"),
        ("组织单元;姓名;开始;结束\n".encode(), "各列之间不是用逗号分开的"),
        ("组织单元,姓名,开始,结束,姓名\n".encode(), "有两列同名"),
        (f"{CSV_HEADER}甲,\0,1,2\n".encode(), "第 2 行有空字节"),
        (CSV_HEADER.encode("utf-16"), "文件的编码是 UTF-16"),
        (CSV_HEADER.encode() + b"1,\xff\xff,1,2\n", "第 2 行的 UTF-8 损坏了"),
        (b"a,\xff\xff,1,2\n", "既不是 UTF-8 也不是 GB18030（第 1 行）"),
        (b"\xd0\xcf\x11\xe0 and so on", "另存为“Excel 工作簿”（.xlsx）再导入"),
        (f'{CSV_HEADER}甲,"乙,1,2\n'.encode(), "从第 2 行开始的那一行不是正确的 CSV"),
        (f"{CSV_HEADER}甲,乙,1\n".encode(), "第 2 行：这一行有 3 个值，表头有 4 个"),
    ],
)
def test_whoever_fills_a_roster_hears_in_chinese_what_is_wrong_with_the_file(
    run: Load, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(content)
    told = run(file)
    assert told.exit_code == 1
    assert told.output.startswith("Error: 什么都没有导入")
    assert said in told.output


def test_a_path_that_leads_to_no_roster_is_said_in_chinese(run: Load, tmp_path: Path) -> None:
    assert "是文件夹" in run(tmp_path).output
    assert "找不到" in run(tmp_path / "missing.csv").output
    assert "不是普通文件" in run("/dev/zero").output
    with (tmp_path / "large.csv").open("wb") as sparse:
        sparse.truncate(200 * 2**20)
    assert "有 200 MiB，最多只读 16 MiB" in run(tmp_path / "large.csv").output


@pytest.mark.parametrize("arguments", [[], ["file.xlsx", "--template", "other.xlsx"]])
def test_the_command_wants_a_file_or_a_template(run: Load, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_the_roster_is_the_first_sheet_that_whoever_sends_it_can_see(
    run: Load, tmp_path: Path
) -> None:
    book = Workbook()
    hidden = book.active
    hidden.append(("去年的",))
    hidden.sheet_state = "hidden"
    roster = book.create_sheet("值班表")
    for one in (HEADER, one_day()):
        roster.append(one)
    book.create_sheet("备注").append(("不是值班表",))
    book.save(tmp_path / "roster.xlsx")
    result = run(tmp_path / "roster.xlsx")
    assert result.exit_code == 0, result.output
    assert len(shifts()) == 1


@pytest.mark.parametrize("size", ["A1", "A1:H2"], ids=["one cell", "too few rows"])
def test_a_workbook_that_says_a_wrong_size_of_its_sheet_is_read_whole(
    run: Load, tmp_path: Path, size: str
) -> None:
    book = Workbook()
    for one in (HEADER, one_day(), one_day(day="2026-12-02")):
        book.active.append(one)
    book.save(tmp_path / "right.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "right.xlsx") as right,
        zipfile.ZipFile(tmp_path / "roster.xlsx", "w") as wrong,
    ):
        for name in right.namelist():
            said = f'<dimension ref="{size}"'.encode()
            wrong.writestr(name, re.sub(rb'<dimension ref="[^"]*"', said, right.read(name)))
    result = run(tmp_path / "roster.xlsx")
    assert result.exit_code == 0, result.output
    assert len(shifts()) == 2


@on_postgresql
def test_nobody_is_given_a_shift_beside_one_that_they_take_from_a_colleague_at_that_moment(
    town: Flask, somebody: Any, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = (datetime.now(CHINA) + timedelta(days=2)).date().isoformat()
    assert load(one_day("worker", day)).exit_code == 0
    (shift,), halt = ids(), Halt()
    worker, mate = somebody("worker"), somebody("mate")
    assert offer(worker, shift, "mate").status_code == 201
    monkeypatch.setattr(importing_shifts, "_imported", halt.after(importing_shifts._imported))
    loaded, answer = halt.meanwhile(
        town,
        partial(load, one_day("worker", day), one_day("mate", day)),
        partial(reply, mate, "accept"),
    )
    assert (loaded.exit_code, answer.status_code) == (0, 409)
