"""Units come in from a file whole or not at all, and every refusal says what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from app.commands.importing import import_group
from app.extensions import reading, writing
from app.models import REFERENCE, FeedCounter, Membership, Person, Unit
from app.services.importing import Unreadable, import_units
from app.services.importing.judging import Row, judge
from app.services.importing.reading import LIMIT
from tests.town import MORNING

REAL = Path(__file__).parents[2] / "app" / "data" / "yantai_units.csv"
HEADER = "code,name,level,parent_code\n"
TOWN = """1,烟台市,city,
11,芝罘区,district,1
12,莱山区,district,1
111,向阳街道,street,11
1111,友谊街社区,community,111
1112,建昌街社区,community,111
11111,友谊花园,compound,1111
111111,友谊花园第1网格,grid,11111
"""

Load = Callable[[str | bytes], Result]


@pytest.fixture
def load(app: Flask, tmp_path: Path) -> Load:
    """Runs `qiaomen import units` on a file with this content."""

    def run(content: str | bytes) -> Result:
        file = tmp_path / "units.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return CliRunner().invoke(import_group, ["units", str(file)], obj=app)

    return run


def units() -> dict[str, Unit]:
    with reading() as session:
        found = {unit.code: unit for unit in session.scalars(select(Unit))}
        session.expunge_all()
        return found


def versions() -> dict[str, int]:
    return {code: unit.version for code, unit in units().items()}


def counter() -> int | None:
    with reading() as session:
        return session.scalar(
            select(FeedCounter.version).where(FeedCounter.community_id == REFERENCE)
        )


def test_the_real_units_of_yantai_load_and_loading_them_again_changes_nothing(app: Flask) -> None:
    first = CliRunner().invoke(import_group, ["units", str(REAL)], obj=app)
    before = versions()
    again = CliRunner().invoke(import_group, ["units", str(REAL)], obj=app)
    assert first.output == "6682 rows: 6682 added, 0 changed, 0 unchanged, 0 refused.\n"
    assert again.output == "6682 rows: 0 added, 0 changed, 6682 unchanged, 0 refused.\n"
    assert versions() == before
    assert sorted(before.values()) == list(range(1, 6683))
    assert counter() == 6682


def test_each_unit_knows_its_path_and_the_community_it_lies_in(load: Load) -> None:
    assert load(HEADER + TOWN).exit_code == 0
    found = units()
    grid, above = found["111111"], ["1", "11", "111", "1111", "11111", "111111"]
    assert grid.path.split("/") == [found[code].id for code in above]
    assert grid.parent_id == found["11111"].id
    assert grid.community_id == found["1111"].id == found["1111"].community_id
    assert found["111"].community_id is None


def test_parents_may_come_after_their_children(load: Load) -> None:
    upside_down = "\n".join(reversed(TOWN.splitlines()))
    assert "8 added" in load(HEADER + upside_down).output
    assert units()["1112"].path.startswith(units()["1"].path + "/")


def test_one_refused_row_keeps_everything_out_and_is_named_by_its_line(load: Load) -> None:
    result = load(HEADER + TOWN + "\n999,无家社区,community,998\n")
    assert result.exit_code == 1
    assert "Nothing was loaded: 1 of 9 rows are refused" in result.output
    assert "line 11: the parent 998 is neither in this file nor in the database" in result.output
    assert units() == {}
    assert counter() is None


def test_of_many_refused_rows_fifty_are_listed_and_the_rest_counted(load: Load) -> None:
    orphans = "".join(f"8{n},某社区,community,7\n" for n in range(60))
    result = load(HEADER + orphans)
    assert result.output.count("  line ") == 50
    assert "… and 10 more." in result.output


def test_a_new_name_changes_one_unit_and_no_other(load: Load) -> None:
    load(HEADER + TOWN)
    before = versions()
    result = load(HEADER + TOWN.replace("建昌街社区", "建昌社区"))
    assert "0 added, 1 changed, 7 unchanged" in result.output
    changed = {code for code, version in versions().items() if version != before[code]}
    assert changed == {"1112"}
    assert versions()["1112"] == counter() == 9


def test_a_unit_that_moves_takes_all_below_it_along(load: Load) -> None:
    load(HEADER + TOWN)
    before = versions()
    result = load(HEADER + "111,向阳街道,street,12\n")
    assert "1 changed" in result.output
    assert "4 units below changed ones moved with them" in result.output
    found = units()
    assert found["111111"].path.split("/")[1] == found["12"].id
    unmoved = {code for code, version in versions().items() if version == before[code]}
    assert unmoved == {"1", "11", "12"}


def test_a_compound_without_people_may_move_to_another_community(load: Load) -> None:
    load(HEADER + TOWN)
    assert load(HEADER + "11111,友谊花园,compound,1112\n").exit_code == 0
    assert units()["111111"].community_id == units()["1112"].id


def test_a_compound_where_people_serve_stays_where_it_is(load: Load) -> None:
    load(HEADER + TOWN)
    serve_at(units()["111111"])
    result = load(HEADER + "11111,友谊花园,compound,1112\n")
    assert result.exit_code == 1
    assert "line 2: 友谊花园 (11111) already has people or households" in result.output
    assert units()["11111"].community_id == units()["1111"].id


def serve_at(grid: Unit) -> None:
    person = Person(
        id=grid.id, version=1, username="u", name="王", password_hash="", home_id=grid.community_id
    )
    with writing() as session:
        session.add(person)
        session.flush()
        session.add(Membership(unit_id=grid.id, person_id=person.id, role="grid_worker"))


def test_gb18030_is_read_and_the_report_says_so(load: Load) -> None:
    result = load((HEADER + TOWN).encode("gb18030"))
    assert "8 added" in result.output
    assert "read as GB18030. Its first name is 烟台市" in result.output
    assert units()["11"].name == "芝罘区"


def test_a_byte_order_mark_blank_lines_and_columns_beside_do_no_harm(load: Load) -> None:
    rows = "".join(f"x,{line}\n\n" for line in TOWN.splitlines())
    result = load(f"note,{HEADER}{rows}".encode("utf-8-sig"))
    assert "8 rows: 8 added" in result.output
    assert "Columns that were not used: note." in result.output


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",某区,district,1", "the code is empty"),
        ("11,某区,district,1", "the code 11 is already on line 3"),
        ("1 1,某区,district,1", "no spaces"),
        ("3.70602E+11,某社区,community,111", "Excel has shortened the code"),
        ("13,,district,1", "the name is empty"),
        (f"13,{'长' * 121},district,1", "the name has 121 characters"),
        ("13,某\u200b区,district,1", "an invisible character"),
        ("13,某区,town,1", "is none of city, district, street, community, compound, grid"),
        ("13,某区,district,", "the parent_code is empty: name the city"),
        ("13,某区,district,9", "the parent 9 is neither in this file nor in the database"),
        ("13,某街道,street,1", "its parent 1 is a city, but a street lies directly in a district"),
        ("2,某市,city,1", "leave its parent_code empty"),
        ("77,某街道,street,11", "is a compound, which cannot become a street"),
    ],
)
def test_a_row_that_does_not_fit_the_ladder_is_refused_with_a_reason(row: str, reason: str) -> None:
    lines = [*TOWN.splitlines(), row]
    code_name_level_parent = [line.split(",") for line in lines]
    rows = [Row(number, *values) for number, values in enumerate(code_name_level_parent, 2)]
    [refusal] = judge(rows, {"77": "compound"})
    assert refusal.line == 10
    assert reason in refusal.reason


def test_a_row_with_a_missing_comma_is_refused_by_its_line(load: Load) -> None:
    result = load(HEADER + TOWN + "13,某区 district,1\n")
    assert "line 10: it has 3 values, the header has 4" in result.output


def test_the_empty_columns_that_a_table_program_writes_beside_a_table_are_passed_over(
    load: Load,
) -> None:
    rows = (HEADER + TOWN).splitlines()
    plain, beside = load(HEADER + TOWN), load("\n".join(f"{row},,," for row in rows))
    assert beside.exit_code == 0, beside.output
    assert "not used" not in plain.output + beside.output


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (HEADER.encode(), "a header and no rows"),
        (b"code,name\n1,x\n", "Missing columns: level, parent_code"),
        (b"code;name;level;parent_code\n", "not separated by commas"),
        (b"code,name,level,parent_code,code\n", "appears twice"),
        (HEADER.encode() + b"1,\0,city,\n", "Line 2 contains a NUL byte"),
        (HEADER.encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04 and so on", "an Excel workbook"),
        ((HEADER + TOWN).encode()[:-20] + b"\xff\n", "is damaged UTF-8"),
        (HEADER.encode() + b"1,\xff\xff,city,\n", "neither UTF-8 nor GB18030 (line 2)"),
        (HEADER.encode() + b'1,x,city,\n11,"y,district,1\n', "begins on line 3 is not proper CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        import_units(file, MORNING)
    assert reason in str(refused.value)


def test_a_path_that_leads_to_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="is a directory"):
        import_units(tmp_path, MORNING)
    with pytest.raises(Unreadable, match="does not exist"):
        import_units(tmp_path / "missing.csv", MORNING)
    with pytest.raises(Unreadable, match="not an ordinary file"):
        import_units(Path("/dev/zero"), MORNING)


def test_a_file_of_200_mb_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    with file.open("wb") as sparse:
        sparse.truncate(200 * 2**20)
    assert file.stat().st_size > LIMIT
    with pytest.raises(Unreadable, match="has 200 MiB; at most 16 MiB are read"):
        import_units(file, MORNING)


def test_the_command_says_in_one_line_that_a_file_is_not_there(app: Flask) -> None:
    result = CliRunner().invoke(import_group, ["units", "missing.csv"], obj=app)
    assert result.exit_code == 1
    assert result.output == (
        "Error: Nothing was loaded. missing.csv does not exist. Check the path.\n"
    )
