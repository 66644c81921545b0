"""Bringing in what other systems hold: units of the ladder, buildings, staff, rosters, and duty lists."""

from app.services.importing.building_template import BUILDINGS
from app.services.importing.buildings import BuildingReport, import_buildings
from app.services.importing.duty_items import ItemReport, import_duty_items
from app.services.importing.item_template import DUTY_ITEMS
from app.services.importing.people import Newcomer, PeopleReport, import_people
from app.services.importing.people_template import PEOPLE
from app.services.importing.reading import Refusal, RowsRefused, Unreadable
from app.services.importing.shift_template import SHIFTS
from app.services.importing.shifts import ShiftReport, import_shifts
from app.services.importing.templates import Template, write_template
from app.services.importing.units import Report, import_units

__all__ = [
    "BUILDINGS",
    "DUTY_ITEMS",
    "PEOPLE",
    "SHIFTS",
    "BuildingReport",
    "ItemReport",
    "Newcomer",
    "PeopleReport",
    "Refusal",
    "Report",
    "RowsRefused",
    "ShiftReport",
    "Template",
    "Unreadable",
    "import_buildings",
    "import_duty_items",
    "import_people",
    "import_shifts",
    "import_units",
    "write_template",
]
