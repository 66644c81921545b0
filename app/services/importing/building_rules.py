"""One row of a list of buildings, or what is wrong with it, in words that say what to do."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.services.importing.reading import Columns, Line, Refusal

COLUMNS = Columns(
    ("网格", "楼栋", "单元数", "楼层数"),
    (),
    {
        "组织单元": "网格",
        "所属网格": "网格",
        "楼号": "楼栋",
        "楼栋名称": "楼栋",
        "层数": "楼层数",
        "总楼层": "楼层数",
    },
)
MOST = {"单元数": 50, "楼层数": 150}
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A building as a row gives it; `grid` is its grid's name or code."""

    line: int
    grid: str
    name: str
    entrances: int
    floors: int


def as_row(line: Line) -> Row | Refusal:
    """The row as a building, or everything that is wrong with it."""
    values = line.values
    figures = {name: unicodedata.normalize("NFKC", values[name]).strip() for name in MOST}
    faults = [*_words(values), *_figures(figures)]
    if faults:
        return Refusal(line.number, "；".join(faults))
    entrances, floors = map(int, figures.values())
    return Row(line.number, values["网格"], values["楼栋"], entrances, floors)


def _words(values: Mapping[str, str]) -> Iterator[str]:
    if not values["网格"]:
        yield "网格没有填：写网格的名称或编码"
    if not values["楼栋"]:
        yield "楼栋没有填：写楼号，如 3号楼"
    if len(values["楼栋"]) > LONGEST_NAME:
        yield f"楼栋有 {len(values['楼栋'])} 个字，最多 {LONGEST_NAME} 个：写短一点"


def _figures(figures: Mapping[str, str]) -> Iterator[str]:
    for name, most in MOST.items():
        written = figures[name]
        if not (written.isascii() and written.isdigit() and 1 <= int(written) <= most):
            yield f"{name}“{written}”不对：写 1 到 {most} 的数"


def repeated(rows: Sequence[Row]) -> Iterator[Refusal]:
    """Rows whose building an earlier one has already."""
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        if (before := first.setdefault((row.grid, row.name), row.line)) != row.line:
            yield Refusal(row.line, f"“{row.name}”第 {before} 行已经有了：留一行")
