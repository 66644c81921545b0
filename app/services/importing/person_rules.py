"""One row of a list of staff as a post, or what is wrong with it, in words that say what to do."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.services.importing.reading import Columns, Line, Refusal
from sync.levels import LEVELS, RESPONDER

COLUMNS = Columns(
    ("组织单元", "姓名", "用户名", "岗位"),
    ("部门",),
    {"单位": "组织单元", "单位编码": "组织单元", "账号": "用户名", "职务": "岗位", "角色": "岗位"},
)
ROLES = {
    "网格员": "grid_worker",
    "网格长": "grid_leader",
    "小区党支部书记": "branch_secretary",
    "社区党委书记": "community_secretary",
    "社区工作者": "community_worker",
    "街道干部": "street_officer",
    "区市平台坐席": "district_officer",
    "报到人员": RESPONDER,
    "管理员": "admin",
    "审计员": "auditor",
}
"""As the phone calls them too."""
SAME = {
    "网格党小组成员": "网格员",
    "党小组组长": "网格长",
    "支部书记": "小区党支部书记",
    "社区书记": "社区党委书记",
}
"""Other words for them."""
ANYWHERE = frozenset({RESPONDER, "admin", "auditor"})
"""Roles that belong to no level."""
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
LONGEST_NAME, LONGEST_DEPARTMENT = 64, 40


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody's post as a row gives it; `unit` is its name or code."""

    line: int
    unit: str
    name: str
    username: str
    role: str
    department: str


def as_post(line: Line) -> Post | Refusal:
    """The row as a post, or everything that is wrong with it."""
    values = {"部门": "", **line.values}
    username = unicodedata.normalize("NFKC", values["用户名"]).strip().lower()
    role = SAME.get(values["岗位"], values["岗位"])
    faults = [*_missing(values), *_name(values["姓名"]), *_username(username), *_role(role, values)]
    if faults:
        return Refusal(line.number, "；".join(faults))
    return Post(
        line.number, values["组织单元"], values["姓名"], username, ROLES[role], values["部门"]
    )


def _missing(values: Mapping[str, str]) -> Iterator[str]:
    for column in COLUMNS.needed:
        if not values[column]:
            yield f"{column}没有填"


def _name(name: str) -> Iterator[str]:
    if len(name) > LONGEST_NAME:
        yield f"姓名有 {len(name)} 个字，最多 {LONGEST_NAME} 个：写短一点"


def _username(username: str) -> Iterator[str]:
    if username and not USERNAME.fullmatch(username):
        yield f"用户名“{username}”不能用：用 2 到 64 个小写字母或数字，如拼音或手机号"


def _role(role: str, values: Mapping[str, str]) -> Iterator[str]:
    department = values["部门"]
    if role and role not in ROLES:
        yield f"岗位“{role}”看不懂：写{'、'.join(ROLES)}中的一个"
    elif ROLES.get(role) == RESPONDER and not department:
        yield "报到人员要写部门，如 物业、民事专员：吹哨时按部门找人"
    elif role and ROLES[role] != RESPONDER and department:
        yield "只有报到人员写部门：别的岗位空着"
    if len(department) > LONGEST_DEPARTMENT:
        yield f"部门有 {len(department)} 个字，最多 {LONGEST_DEPARTMENT} 个：写短一点"


def misplaced(role: str, level: str) -> bool:
    """Whether nobody serves in this role at a unit of this level."""
    return role not in LEVELS[level].member_roles | ANYWHERE


def contradictions(posts: list[Post]) -> Iterator[Refusal]:
    """Rows that give a user name to a second person, or say a post again."""
    first, seen = dict[str, Post](), dict[tuple[str, str, str], int]()
    for post in posts:
        before = first.setdefault(post.username, post)
        again = seen.setdefault((post.username, post.unit, post.role), post.line)
        if before.name != post.name:
            said = f"用户名“{post.username}”第 {before.line} 行已经给了{before.name}：换一个"
            yield Refusal(post.line, said)
        elif again != post.line:
            yield Refusal(post.line, f"和第 {again} 行一样：留一行")
