"""What the template of a roster says."""

from app.services.importing.repeating import PATTERNS
from app.services.importing.shift_rules import KINDS
from app.services.importing.templates import Template

EXAMPLES = (
    ("幸福小区第1网格", "张伟", "2026-12-01", "", "", "08:30", "17:30", ""),
    ("幸福小区第1网格", "李娜", "", "工作日", "2026-12-01至2026-12-31", "08:30", "17:30", "值班"),
    ("幸福小区第1网格", "wangfang", "", "周一、周三", "2026-12-01至2026-12-31", "17:30", "20:00", "延时服务"),
    ("370602003001", "赵敏", "", "周末、法定节假日", "2026-12-01至2026-12-31", "22:00", "06:00", "值班"),
)  # fmt: skip
WORDS = {
    "组织单元": "单位名称；有重名就写编码",
    "姓名": "值班人的姓名或用户名，要是这个单位的工作人员",
    "日期": "只值一天就填这里；按规律值班就空着，填后面两列",
    "重复": f"{'、'.join(PATTERNS)}；几样之间用顿号，也可以写 周一至周五。"
    "工作日含调休上班的周末，周末不含法定节假日",
    "起止日期": "重复从哪天到哪天，写成 2026-12-01至2026-12-31",
    "开始": "24 小时制，如 08:30",
    "结束": "比开始早或一样，就是到第二天，如 22:00 到 06:00",
    "类别": f"{'、'.join(dict.fromkeys(word for word in KINDS if word))}；空着就是值班",
}
WIDTHS = (24, 16, 14, 22, 28, 10, 10, 12)
SHIFTS = Template("值班表", WORDS, EXAMPLES, WIDTHS)
