"""Bringing in what other systems hold: the units of the ladder, and rosters."""

from app.services.importing.reading import Refusal, RowsRefused, Unreadable
from app.services.importing.shift_template import write_template
from app.services.importing.shifts import ShiftReport, import_shifts
from app.services.importing.units import Report, import_units

__all__ = [
    "Refusal",
    "Report",
    "RowsRefused",
    "ShiftReport",
    "Unreadable",
    "import_shifts",
    "import_units",
    "write_template",
]
