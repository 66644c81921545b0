"""What the template of a list of buildings says."""

from app.services.importing.templates import Template

EXAMPLES = (
    ("幸福小区第1网格", "1号楼", "3", "6"),
    ("幸福小区第1网格", "2号楼", "2", "18"),
    ("3706020030010102", "A座", "1", "33"),
)
WORDS = {
    "网格": "网格名称；有重名就写编码",
    "楼栋": "楼号，门上怎么写就怎么写",
    "单元数": "有几个单元门，没有单元的写 1",
    "楼层数": "地上有几层",
}
WIDTHS = (24, 16, 10, 10)
BUILDINGS = Template("楼栋表", WORDS, EXAMPLES, WIDTHS)
