"""An empty table to fill in: a workbook with the columns, and a second sheet that explains them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

AS_TEXT = "@"
"""So that Excel leaves days, times and long codes as they were typed."""
ROWS = 500
"""So many rows are prepared."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a workbook says: the title of its sheet, its columns, what to write in each, and examples."""

    title: str
    words: Mapping[str, str]
    examples: Sequence[Sequence[str]]
    widths: Sequence[int]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.words)


def write_template(template: Template, path: Path) -> None:
    """Write the empty table to this path. Raises OSError."""
    # here, so that a server does not carry it
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet, help_ = book.active, book.create_sheet("填写说明")
    sheet.title = template.title
    sheet.append(template.header)
    for row in sheet.iter_rows(min_row=1, max_row=ROWS, max_col=len(template.header)):
        for cell in row:
            cell.number_format = AS_TEXT
    sheet.freeze_panes = "A2"
    explained = (("列", "怎么填"), *template.words.items(), (), ("例子",))
    for line in (*explained, template.header, *template.examples):
        help_.append(line)
    for page in (sheet, help_):
        for column, width in enumerate(template.widths, 1):
            page.column_dimensions[get_column_letter(column)].width = width
        for cell in page[1]:
            cell.font = Font(bold=True)
    book.save(path)
