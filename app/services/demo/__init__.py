"""A made-up town below real communities: its homes, its people and a year of their work."""

from app.services.demo.building import Account, TownBuilder
from app.services.demo.duty_list import give_duty_list
from app.services.demo.plan import SIZES, CannotBuild, Size

__all__ = ["SIZES", "Account", "CannotBuild", "Size", "TownBuilder", "give_duty_list"]
