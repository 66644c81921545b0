"""Bringing in what other systems hold: the units of the ladder, rosters, and duty lists."""

from app.services.importing.duty_items import ItemReport, import_duty_items
from app.services.importing.item_template import DUTY_ITEMS
from app.services.importing.reading import Refusal, RowsRefused, Unreadable
from app.services.importing.shift_template import SHIFTS
from app.services.importing.shifts import ShiftReport, import_shifts
from app.services.importing.templates import Template, write_template
from app.services.importing.units import Report, import_units

__all__ = [
    "DUTY_ITEMS",
    "SHIFTS",
    "ItemReport",
    "Refusal",
    "Report",
    "RowsRefused",
    "ShiftReport",
    "Template",
    "Unreadable",
    "import_duty_items",
    "import_shifts",
    "import_units",
    "write_template",
]
