"""An empty roster to fill in: a workbook with the columns, and a second sheet that explains them."""

from pathlib import Path

from app.services.importing.repeating import PATTERNS
from app.services.importing.shift_rules import COLUMNS, KINDS

HEADER = (*COLUMNS.needed[:2], "日期", "重复", "起止日期", *COLUMNS.needed[2:], "类别")
EXAMPLES = (
    ("幸福小区第1网格", "张伟", "2026-12-01", "", "", "08:30", "17:30", ""),
    ("幸福小区第1网格", "李娜", "", "工作日", "2026-12-01至2026-12-31", "08:30", "17:30", "值班"),
    ("幸福小区第1网格", "wangfang", "", "周一、周三", "2026-12-01至2026-12-31", "17:30", "20:00", "延时服务"),
    ("370602003001", "赵敏", "", "周末、法定节假日", "2026-12-01至2026-12-31", "22:00", "06:00", "值班"),
)  # fmt: skip
WORDS = {
    "组织单元": "单元名称；有重名就写编码",
    "姓名": "值班人的姓名或用户名，要是这个单元的工作人员",
    "日期": "只值一天就填这里；按规律值班就空着，填后面两列",
    "重复": f"{'、'.join(PATTERNS)}；几样之间用顿号，也可以写 周一至周五。"
    "工作日含调休上班的周末，周末不含法定节假日",
    "起止日期": "重复从哪天到哪天，写成 2026-12-01至2026-12-31",
    "开始": "24 小时制，如 08:30",
    "结束": "比开始早或一样，就是到第二天，如 22:00 到 06:00",
    "类别": f"{'、'.join(dict.fromkeys(word for word in KINDS if word))}；空着就是值班",
}
WIDTHS = (24, 16, 14, 22, 28, 10, 10, 12)
AS_TEXT = "@"
"""So that Excel leaves days, times and long codes as they were typed."""
ROWS = 500
"""So many rows are prepared."""


def write_template(path: Path) -> None:
    """Write the empty roster to this path. Raises OSError."""
    # here, so that a server does not carry it
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet, help_ = book.active, book.create_sheet("填写说明")
    sheet.title = "值班表"
    sheet.append(HEADER)
    for row in sheet.iter_rows(min_row=1, max_row=ROWS, max_col=len(HEADER)):
        for cell in row:
            cell.number_format = AS_TEXT
    sheet.freeze_panes = "A2"
    for line in (("列", "怎么填"), *WORDS.items(), (), ("例子",), HEADER, *EXAMPLES):
        help_.append(line)
    for page in (sheet, help_):
        for column, width in enumerate(WIDTHS, 1):
            page.column_dimensions[get_column_letter(column)].width = width
        for cell in page[1]:
            cell.font = Font(bold=True)
    book.save(path)
