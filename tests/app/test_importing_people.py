"""A list of staff comes in from a workbook or CSV file whole or not at all, and again without a change."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from app.commands.accounts import password, people
from app.extensions import reading
from app.models import Membership, Person
from app.services import suspending
from app.services.importing import PEOPLE
from tests.town import MORNING, id_of

Load = Callable[..., Result]


@pytest.fixture
def run(town: Flask) -> Load:
    return lambda *arguments: CliRunner().invoke(people, [*map(str, arguments)], obj=town)


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    """Where the passwords of new accounts are written."""
    return tmp_path / "passwords.csv"


@pytest.fixture
def load(run: Load, tmp_path: Path, passwords: Path) -> Load:
    """Runs `qiaomen import people` on a workbook with these rows below the template's header."""

    def load(*rows: Sequence[Any]) -> Result:
        book = Workbook()
        for row in (PEOPLE.header, *rows):
            book.active.append(row)
        book.save(tmp_path / "people.xlsx")
        return run(tmp_path / "people.xlsx", "--passwords", passwords)

    return load


def row(username: str = "zhangwei", name: str = "张伟", **more: Any) -> list[Any]:
    values = {"组织单元": "garden-1", "姓名": name, "用户名": username, "岗位": "网格员"} | more
    return [values.get(column) for column in PEOPLE.header]


def told(passwords: Path) -> dict[str, str]:
    """The passwords to hand out, by user name."""
    with passwords.open(encoding="utf-8-sig", newline="") as lines:
        return {line["用户名"]: line["初始密码"] for line in csv.DictReader(lines)}


def posts(username: str) -> set[tuple[str, str, str]]:
    """Unit, role and department of each post."""
    with reading() as session:
        held = session.scalars(
            select(Membership).join(Person).where(Person.username == username)
        ).all()
        return {(one.unit_id, one.role, one.department) for one in held}


def accounts() -> int:
    with reading() as session:
        return len(session.scalars(select(Person)).all())


def brought(answer: dict[str, Any]) -> set[str]:
    """The names of the people that an answer brings."""
    return {op["value"]["name"] for op in answer["patch"] if op["type"] == "person"}


def test_a_newcomer_signs_in_by_the_password_that_was_handed_out_and_sees_their_grid(
    load: Load, passwords: Path, somebody: Any
) -> None:
    said = load(row())
    assert said.exit_code == 0, said.output
    assert "1 行，1 人：新开账号 1，加了岗位或改了部门 0，不变 0。" in said.output
    newcomer = somebody("zhangwei", password=told(passwords)["zhangwei"])
    dwellings = {op["id"] for op in newcomer.sync()["patch"] if op["type"] == "dwelling"}
    assert dwellings == {id_of("g1-101"), id_of("g1-102")}


def test_colleagues_who_have_everything_already_are_brought_the_newcomer(
    load: Load, somebody: Any
) -> None:
    worker = somebody("worker")
    worker.cursor = worker.sync()["cursor"]
    load(row())
    assert brought(worker.sync()) == {"张伟"}


def test_the_same_list_again_changes_nothing_and_hands_out_nothing(
    load: Load, passwords: Path, somebody: Any
) -> None:
    load(row(), row("lina", "李娜", 岗位="网格长"))
    passwords.unlink()
    worker = somebody("worker")
    worker.cursor = worker.sync()["cursor"]
    said = load(row(), row("lina", "李娜", 岗位="网格长"))
    assert "新开账号 0，加了岗位或改了部门 0，不变 2。" in said.output
    assert not passwords.exists()
    assert brought(worker.sync()) == set()


def test_whoever_has_an_account_gets_a_further_post_and_keeps_password_and_posts(
    load: Load, passwords: Path, somebody: Any
) -> None:
    said = load(row("worker", "worker", 组织单元="harbour-1"))
    assert "新开账号 0，加了岗位或改了部门 1，不变 0。" in said.output
    assert not passwords.exists()
    held = {(id_of(unit), "grid_worker", "") for unit in ("garden-1", "harbour-1")}
    assert posts("worker") == held
    dwellings = {op["id"] for op in somebody("worker").sync()["patch"] if op["type"] == "dwelling"}
    assert id_of("h1-101") in dwellings


def test_several_posts_of_one_person_are_one_account(load: Load, passwords: Path) -> None:
    plumber = row(组织单元="garden", 岗位="报到人员", 部门="物业")
    said = load(row(), plumber)
    assert "2 行，1 人：新开账号 1" in said.output
    assert posts("zhangwei") == {
        (id_of("garden-1"), "grid_worker", ""),
        (id_of("garden"), "responder", "物业"),
    }
    assert list(told(passwords)) == ["zhangwei"]


def test_a_department_that_was_written_wrong_is_put_right(load: Load) -> None:
    plumber = row("plumber", "plumber", 组织单元="garden", 岗位="报到人员", 部门="水务")
    assert "改了部门 1" in load(plumber).output
    assert posts("plumber") == {(id_of("garden"), "responder", "水务")}


def test_a_user_name_typed_in_full_width_or_capitals_is_the_one_that_is_typed_on_a_phone(
    load: Load, passwords: Path
) -> None:
    assert load(row("ＺｈａｎｇＷei１")).exit_code == 0
    assert list(told(passwords)) == ["zhangwei1"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (row(岗位="队长"), "岗位“队长”看不懂：写网格员、网格长、"),
        (row(岗位="社区工作者"), "garden-1没有这个岗位"),
        (row(组织单元="花园"), "没有叫“花园”的单位"),
        (row("张伟"), "用户名“张伟”不能用"),
        (row(name=""), "姓名没有填"),
        (row(name="张" * 65), "姓名有 65 个字，最多 64 个"),
        (row(岗位="报到人员"), "报到人员要写部门"),
        (row(部门="物业"), "只有报到人员写部门"),
        (row("worker"), "用户名“worker”已经是worker的"),
        (row("zhangwei0", "李娜"), "用户名“zhangwei0”第 2 行已经给了张伟"),
        (row("zhangwei0"), "和第 2 行一样"),
    ],
)
def test_nothing_is_loaded_when_a_row_is_wrong_and_it_is_said_what_to_do(
    load: Load, passwords: Path, wrong: list[Any], said: str
) -> None:
    before = accounts()
    refused = load(row("zhangwei0"), wrong)
    assert refused.exit_code == 1
    assert f"  第 3 行：{said}" in refused.output
    assert (accounts(), passwords.exists()) == (before, False)


def test_who_is_suspended_is_not_appointed(load: Load) -> None:
    suspending.suspend("worker", MORNING)
    assert (
        "“worker”的账号已停用：先用 qiaomen reinstate 恢复" in load(row("worker", "worker")).output
    )


def test_there_are_no_accounts_whose_passwords_could_not_be_written(
    load: Load, passwords: Path
) -> None:
    passwords.write_text("handed out yesterday")
    before = accounts()
    refused = load(row())
    assert (refused.exit_code, accounts()) == (1, before)
    assert "已经有了：换个文件名" in refused.output
    assert passwords.read_text() == "handed out yesterday"


def test_the_template_says_how_to_fill_it_in_and_its_examples_can_be_read(
    run: Load, load: Load, tmp_path: Path
) -> None:
    template = tmp_path / "empty.xlsx"
    assert run("--template", template).exit_code == 0
    sheet, help_ = load_workbook(template).worksheets
    assert [cell.value for cell in sheet[1]] == list(PEOPLE.header)
    assert "小区党支部书记" in str([[cell.value for cell in line] for line in help_])
    units = ("garden-1", "garden", "community", "garden")
    examples = [(unit, *rest) for unit, (_, *rest) in zip(units, PEOPLE.examples, strict=True)]
    assert "新开账号 4" in load(*examples).output


def test_a_forgotten_password_is_replaced_and_the_phone_that_is_signed_in_stays_so(
    town: Flask, somebody: Any
) -> None:
    worker = somebody("worker")
    renewed = CliRunner().invoke(password, ["worker"], obj=town)
    assert renewed.exit_code == 0
    said = renewed.output.split(": ")[1].strip()
    assert worker.post(worker.envelope()).status_code == 200
    assert somebody("worker", password=said).sync()["patch"]


def test_a_password_for_nobody_is_refused(town: Flask) -> None:
    refused = CliRunner().invoke(password, ["nobody"], obj=town)
    assert (refused.exit_code, "there is no account nobody" in refused.output) == (1, True)
