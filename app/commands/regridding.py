"""`qiaomen regrid`: grids are redrawn, and households change hands."""

from collections import Counter
from datetime import UTC, datetime

import click
from flask import Flask

from app.services import regridding

NAMES = {
    "dwelling": ("户", "dwellings"),
    "resident": ("名居民", "residents"),
    "visit": ("次走访", "visits"),
    "case": ("件事项", "cases"),
}
"""What of the moved is worth telling, by type."""


@click.command()
@click.argument("from_code")
@click.argument("to_code")
@click.argument("doors", nargs=-1, required=True, metavar="DOOR...")
@click.pass_obj
def regrid(app: Flask, from_code: str, to_code: str, doors: tuple[str, ...]) -> None:
    """Give households of one grid to another grid of the same community (网格调整).

    Grids are named by their codes. A DOOR is a building, an entrance or a dwelling as phones call it:
    3号楼, "3号楼 2单元", "3号楼 2-502". Residents, visits and cases go with their household. What was
    written on phones before still arrives, and at the new grid; the old grid's phones then drop what left,
    and the new grid's fetch it. Running it again changes nothing.
    """
    try:
        with app.app_context():
            moved = regridding.regrid(from_code, to_code, doors, datetime.now(UTC))
    except (regridding.NoSuchGrid, regridding.OtherCommunity, regridding.NoSuchDoor) as error:
        raise click.ClickException(_refused(error, from_code, to_code)) from error
    click.echo(_moved(moved, to_code))


def _refused(error: Exception, from_code: str, to_code: str) -> str:
    if isinstance(error, regridding.OtherCommunity):
        return (
            f"什么都没有改：{from_code} 和 {to_code} 不在同一个社区，一户不能划到别的社区。"
            f" Nothing was changed: {from_code} and {to_code} are not of one community."
        )
    if isinstance(error, regridding.NoSuchGrid):
        code = error.detail
        return f"什么都没有改：没有编码为 {code} 的网格。 Nothing was changed: {code} is no grid."
    return (
        f'什么都没有改：{from_code} 里没有“{error}”，写法如 3号楼、"3号楼 2单元"、"3号楼 2-502"。'
        f" Nothing was changed: {from_code} has no such building, entrance or dwelling."
    )


def _moved(moved: Counter[str], to_code: str) -> str:
    if not moved:
        return f"没有变化，都已经在 {to_code} 了。 Nothing changed: {to_code} has them already."
    told = [(moved[type_], *words) for type_, words in NAMES.items()]
    chinese = "、".join(f"{count} {words}" for count, words, _ in told)
    english = ", ".join(f"{count} {words}" for count, _, words in told)
    return f"划给 {to_code}：{chinese}。 {to_code} now has {english} more."
