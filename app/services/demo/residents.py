"""Who lives together in a dwelling."""

from dataclasses import dataclass

from app.services.demo.dice import Dice, Year

SHAPES = (
    ("head",),
    ("head", "spouse"),
    ("head", "spouse", "child"),
    ("head", "spouse", "child", "child"),
    ("head", "spouse", "child", "parent", "parent"),
    ("head", "spouse", "child", "child", "parent", "parent"),
)
WEIGHTS = (0.12, 0.37, 0.67, 0.87, 1.0)
"""How often a household has so many people or fewer, of those that live somewhere."""
HOUSEHOLD = 2.97
"""The people of a household on average, by these weights."""
NOBODYS_PHONE = "140"
"""China gives 140 to machines: made-up numbers with it ring nobody's phone."""


@dataclass(slots=True)
class Neighbour:
    """A resident, and what neighbours call them."""

    id: str
    name: str
    female: bool
    age: int
    relation: str
    phone: str
    care_needs: list[str]
    asked_days_ago: int

    @property
    def called(self) -> str:
        surname = self.name[0]
        if self.age >= 65:
            return surname + ("大娘" if self.female else "大爷")
        if self.age >= 40:
            return surname + ("大姐" if self.female else "师傅")
        return f"小{surname}" if self.age >= 18 else self.name


def people_of(dice: Dice, year: Year, occupancy: str, crowd: float) -> list[Neighbour]:
    """The people of one household; `crowd` of them have one person more than usual."""
    draw = dice.random.random()
    count = next(at for at, weight in enumerate(WEIGHTS, 1) if draw <= weight)
    shape = SHAPES[min(count + dice.happens(crowd), len(SHAPES)) - 1]
    head_age = _age_of_head(dice, shape)
    head_female, surname = dice.happens(0.4), str(dice.surname())
    people = []
    for at, relation in enumerate(shape):
        age = _age(dice, relation, head_age)
        mother = relation == "parent" and shape[at - 1] == "parent"
        family = str(dice.surname()) if relation == "spouse" or mother else surname
        female = {"head": head_female, "spouse": not head_female, "parent": mother}.get(
            relation, dice.happens(0.5)
        )
        name = f"{family}{dice.given_name(female)}"
        shown = "tenant" if occupancy == "tenant" and relation == "head" else relation
        one = Neighbour(
            dice.id(year.start), name, female, age, shown, _phone(dice, age), [], dice.age(20, 360)
        )
        if dice.happens(0.95):
            one.care_needs.extend(_needs(dice, one, len(shape)))
        people.append(one)
    return people


def _age_of_head(dice: Dice, shape: tuple[str, ...]) -> int:
    if "parent" in shape:
        return dice.age(32, 58)
    return dice.age(27, 60) if "child" in shape else dice.age(23, 86)


def _age(dice: Dice, relation: str, head: int) -> int:
    if relation == "spouse":
        return max(21, head + dice.age(-4, 3))
    if relation == "child":
        return max(0, head - dice.age(24, 34))
    return head + dice.age(22, 32) if relation == "parent" else head


def _phone(dice: Dice, age: int) -> str:
    if age < 14 or (age >= 78 and dice.happens(0.4)):
        return ""
    return f"{NOBODYS_PHONE}{dice.random.getrandbits(26):08d}"


def _needs(dice: Dice, one: Neighbour, household: int) -> list[str]:
    needs = {
        "living_alone": household == 1 and one.age >= 65,
        "disabled": dice.happens(0.012),
        "pregnant": one.female and 22 <= one.age <= 38 and dice.happens(0.02),
        "low_income": dice.happens(0.008),
        "chronic_illness": one.age >= 60 and dice.happens(0.08),
        "left_behind": one.age < 15 and dice.happens(0.012),
    }
    return [need for need, has in needs.items() if has]
