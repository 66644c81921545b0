"""A real place begins with an empty database: from its lists to the first visit, as the README says."""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.conftest import lending
from tests.e2e.handset import Handset
from tests.serving import data_directory, qiaomen, serve

UNITS = (
    ("code", "name", "level", "parent_code"),
    ("3706", "烟台市", "city", ""),
    ("370602", "芝罘区", "district", "3706"),
    ("370602003", "幸福街道", "street", "370602"),
    ("370602003001", "幸福社区", "community", "370602003"),
    ("37060200300101", "幸福小区", "compound", "370602003001"),
    ("3706020030010101", "幸福小区第1网格", "grid", "37060200300101"),
)
BUILDINGS = (("网格", "楼栋", "单元数", "楼层数"), ("幸福小区第1网格", "3号楼", "2", "6"))
STAFF = (
    ("组织单元", "姓名", "用户名", "岗位"),
    ("幸福小区第1网格", "张伟", "zhangwei", "网格员"),
    ("幸福小区", "李娜", "lina", "小区党支部书记"),
)


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Where a server of such a place is reached, and the passwords that were handed out."""

    def listed(name: str, rows: Sequence[Sequence[str]]) -> str:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return str(tmp_path / name)

    passwords = tmp_path / "passwords.csv"
    with data_directory() as env:
        qiaomen(env, "upgrade")
        qiaomen(env, "import", "units", listed("units.csv", UNITS))
        qiaomen(env, "import", "buildings", listed("buildings.csv", BUILDINGS))
        staff = listed("staff.csv", STAFF)
        qiaomen(env, "import", "people", staff, "--passwords", str(passwords))
        with passwords.open(encoding="utf-8-sig", newline="") as lines:
            told = {line["用户名"]: line["初始密码"] for line in csv.DictReader(lines)}
        with serve(env, []) as served:
            yield served.address, told


@pytest.fixture
def new_phone(
    playwright: Playwright, begun: tuple[str, dict[str, str]], tmp_path: Path
) -> Iterator[Callable[[], Handset]]:
    with lending(playwright, tmp_path, begun[0]) as hand_out:
        yield hand_out


def test_a_worker_of_a_new_place_adds_the_first_door_and_records_the_first_visit(
    new_phone: Callable[[], Handset], begun: tuple[str, dict[str, str]]
) -> None:
    _, passwords = begun
    worker, secretary = new_phone(), new_phone()
    worker.sign_in("zhangwei", passwords["zhangwei"])
    worker.open("/buildings")
    worker.page.get_by_role("link", name="3号楼").tap()
    worker.tap("加一户")
    worker.page.get_by_role("textbox", name="单元").fill("1")
    worker.page.get_by_label("房号").fill("502")
    worker.tap("保存")
    worker.tap("记走访")
    worker.page.get_by_label("说了什么").fill("第一次上门")
    worker.tap("保存")
    worker.wait_until_sent()
    secretary.sign_in("lina", passwords["lina"])
    secretary.open("/diary?whose=whole")
    expect(secretary.page.get_by_text("第一次上门")).to_be_visible()
