"""Bringing in what other systems hold: today the units of the ladder."""

from app.services.importing.reading import Refusal, Unreadable
from app.services.importing.units import Report, RowsRefused, import_units

__all__ = ["Refusal", "Report", "RowsRefused", "Unreadable", "import_units"]
