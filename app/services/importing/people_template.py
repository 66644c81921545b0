"""What the template of a list of staff says."""

from app.services.importing.person_rules import ROLES
from app.services.importing.templates import Template

EXAMPLES = (
    ("幸福小区第1网格", "张伟", "zhangwei1", "网格长", ""),
    ("幸福小区", "李娜", "lina", "小区党支部书记", ""),
    ("370602003001", "赵敏", "13800000000", "社区工作者", ""),
    ("幸福小区", "王强", "wangqiang", "报到人员", "物业"),
)
WORDS = {
    "组织单元": "单位名称；有重名就写编码",
    "姓名": "一个人有几个岗位就写几行，姓名和用户名都一样",
    "用户名": "登录用，每人一个，如拼音加数字，或手机号；定了就不改",
    "岗位": "、".join(ROLES),
    "部门": "只有报到人员写：吹哨时按部门找人，如 物业、民事专员、业委会",
}
WIDTHS = (24, 16, 18, 20, 16)
PEOPLE = Template("人员名单", WORDS, EXAMPLES, WIDTHS)
