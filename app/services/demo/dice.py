"""Seeded chance, and the moments of a demo's year."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from app.ids import uuid7
from sync.deadlines import CHINA

T = TypeVar("T")
FIRST_HOUR, LAST_HOUR = 8, 20


class Dice:
    """Draws that are the same for the same seed. Names are Faker's, with China's frequencies."""

    def __init__(self) -> None:
        # here, so that a server does not carry the word lists of a demo
        from faker import Faker

        self._faker = Faker("zh_CN")
        self.reseed("")
        self.surname = self._faker.last_name
        self._given = {True: self._faker.first_name_female, False: self._faker.first_name_male}

    def reseed(self, seed: str) -> None:
        """Begin the draws of this seed."""
        self._faker.seed_instance(seed)
        self.random = self._faker.random

    def id(self, moment: datetime) -> str:
        return uuid7(int(moment.timestamp() * 1000), self.random.getrandbits(74))

    def given_name(self, female: bool) -> str:
        return str(self._given[female]())

    def name(self) -> str:
        """A grown-up's full name."""
        return f"{self.surname()}{self.given_name(self.happens(0.55))}"

    def happens(self, probability: float) -> bool:
        return bool(self.random.random() < probability)

    def one_of(self, things: Sequence[T]) -> T:
        return things[int(self.random.random() * len(things))]

    def between(self, least: float, most: float) -> float:
        return float(least + (most - least) * self.random.random())

    def age(self, least: int, most: int) -> int:
        """A whole number of years, both ends included."""
        return int(self.between(least, most + 1))


class Year:
    """The 365 days before `today` in China; nothing of a demo lies in the future."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.end = datetime.combine(today, time(), CHINA).astimezone(UTC)
        self.start = self.end - timedelta(days=365)

    def received(self, at: datetime, dice: Dice) -> datetime:
        """When the server heard of it: at once, or hours later from where there was no signal."""
        late = timedelta(hours=dice.between(0.5, 9)) if dice.happens(0.15) else timedelta()
        return min(at_once(at, dice) + late, self.end)


def at_once(at: datetime, dice: Dice) -> datetime:
    """When the server hears of what is done where there is a signal."""
    return at + timedelta(seconds=dice.between(2, 40))


def by_day(moment: datetime) -> datetime:
    """The same day in China, at an hour when people knock on doors."""
    local = moment.astimezone(CHINA)
    if not FIRST_HOUR <= local.hour < LAST_HOUR:
        local = local.replace(hour=FIRST_HOUR + local.minute // 5)
    return local.astimezone(UTC)


def until_morning(moment: datetime) -> datetime:
    """The same moment, or the next morning if it falls into the night; order is kept."""
    local = moment.astimezone(CHINA)
    if local.hour >= LAST_HOUR:
        local += timedelta(days=1)
    if not FIRST_HOUR <= local.hour < LAST_HOUR:
        local = local.replace(hour=FIRST_HOUR)
    return local.astimezone(UTC)


def on_weekdays(moment: datetime) -> datetime:
    """A weekend's moment on the Friday before."""
    weekday = moment.astimezone(CHINA).weekday()
    return moment - timedelta(days=max(0, weekday - 4))
