"""Made-up households: who lives together, what they may claim and with which proof. Pure."""

import math
import random
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from ksr_saas.people import pesel
from tenants.demo.names import Sex, adults_name, any_surname, childs_name, surname
from tenants.demo.places import Address

NOT_PROVEN = "Brak dokumentu, który potwierdza to kryterium."
INCOME_STATED = 0.9
UKRAINIAN = 0.07


class Guardian(msgspec.Struct, frozen=True):
    """A parent or carer; the first one of a household wrote the application."""

    given: str
    family: str
    pesel: str
    born: date
    email: str
    phone: str


class MadeClaim(msgspec.Struct, frozen=True):
    """A claim; `place` is an index of institutions, or None for the whole family's.

    `proof` names the document that was added to it, empty for a statement alone.
    """

    criterion: str
    place: int | None
    amount: Decimal | None
    outcome: str
    proof: str = ""


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """One application. `account` is the number of the household's first application.

    `traits` are the words of its story: ukrainian, single, foster, twins, siblings.
    """

    number: int
    account: int
    child: tuple[str, str]
    second_name: str
    pesel: str
    document: str
    born: date
    guardians: tuple[Guardian, ...]
    language: str
    address: Address
    wishes: tuple[int, ...]
    claims: tuple[MadeClaim, ...]
    traits: frozenset[str]
    status: str
    returned_for: str = ""


class Numbers:
    """Gives every person a PESEL that nobody else has."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.given: set[str] = set()

    def pesel(self, born: date, sex: Sex) -> str:
        """A new number for somebody born on that day."""
        while True:
            number = pesel.make(born, self.chance.randrange(5000) * 2 + sex.value)
            if number not in self.given:
                self.given.add(number)
                return number


class Household(msgspec.Struct, frozen=True, kw_only=True):
    """What the applications of one household share; `children` counts those at home too."""

    masculine: str
    guardians: tuple[Guardian, ...]
    traits: frozenset[str]
    language: str
    applying: int
    children: int


def some_day(chance: random.Random, year: int) -> date:
    """Any day of that year."""
    return date(year, 1, 1) + timedelta(days=chance.randrange(365))


def household(chance: random.Random, numbers: Numbers, account: int) -> Household:
    """People who live together."""
    traits = set()
    ukrainian = chance.random() < UKRAINIAN
    kind = chance.choices(("couple", "single", "foster"), (946, 50, 4))[0]
    if ukrainian:
        traits.add("ukrainian")
        kind = chance.choices(("couple", "single"), (75, 25))[0]
    if kind != "couple":
        traits.add(kind)
    together = chance.choices(("one", "twins", "siblings"), (962, 13, 25))[0]
    applying = 1 if together == "one" else 2
    if applying > 1:
        traits.add(together)
    masculine = any_surname(chance, ukrainian=ukrainian)
    first = Sex.FEMALE if chance.random() < (0.92 if kind == "single" else 0.78) else Sex.MALE
    own = any_surname(chance) if kind == "foster" else masculine
    guardians = [_guardian(chance, numbers, account, own, first, ukrainian=ukrainian)]
    if kind == "couple" and chance.random() < 0.94:
        other = Sex.MALE if first is Sex.FEMALE else Sex.FEMALE
        guardians.append(_partner(chance, numbers, account, own, other, ukrainian=ukrainian))
    return Household(
        masculine=masculine,
        guardians=tuple(guardians),
        traits=frozenset(traits),
        language="uk" if ukrainian and chance.random() < 0.8 else "pl",
        applying=applying,
        children=applying + chance.choices((0, 1, 2, 3), (46, 44, 8, 2))[0],
    )


def _partner(
    chance: random.Random,
    numbers: Numbers,
    account: int,
    masculine: str,
    sex: Sex,
    *,
    ukrainian: bool,
) -> Guardian:
    """The second of a couple; some women keep their own name or add it."""
    if sex is Sex.FEMALE and not ukrainian:
        draw = chance.random()
        if draw < 0.05:
            masculine = f"{any_surname(chance)}-{masculine}"
        elif draw < 0.17:
            masculine = any_surname(chance)
    return _guardian(chance, numbers, account, masculine, sex, ukrainian=ukrainian)


def _guardian(
    chance: random.Random,
    numbers: Numbers,
    account: int,
    masculine: str,
    sex: Sex,
    *,
    ukrainian: bool,
) -> Guardian:
    born = some_day(chance, round(min(2001, max(1976, chance.gauss(1990, 4.5)))))
    given = adults_name(chance, sex, born, ukrainian=ukrainian)
    family = surname(masculine, sex)
    email = f"{plain(given)}.{plain(family)}.{account}@poczta.invalid"
    phone = f"+48 000 {chance.randint(100, 999)} {chance.randint(100, 999)}"
    return Guardian(given, family, numbers.pesel(born, sex), born, email, phone)


def plain(name: str) -> str:
    """A name in the letters of an e-mail address."""
    letters = unicodedata.normalize("NFKD", name.lower().replace("ł", "l"))
    return "".join(one for one in letters if one.isascii() and (one.isalpha() or one == "-"))


def families(
    chance: random.Random,
    numbers: Numbers,
    home: Household,
    *,
    first_number: int,
    address: Address,
    wishes: tuple[int, ...],
    claims: tuple[MadeClaim, ...],
) -> list[Family]:
    """The household's applications, the older child first."""
    ukrainian = "ukrainian" in home.traits
    year = chance.choices((2024, 2023, 2022, 2021), (45, 25, 18, 12))[0]
    births = [some_day(chance, year)]
    if "twins" in home.traits:
        births *= 2
    elif "siblings" in home.traits:
        births = [some_day(chance, one) for one in chance.choice(((2021, 2023), (2022, 2024)))]
    found: list[Family] = []
    without_pesel = ukrainian and chance.random() < 0.15
    for n, born in enumerate(births):
        sex = chance.choice((Sex.FEMALE, Sex.MALE))
        taken = {one.child[0] for one in found}
        names = (childs_name(chance, sex, ukrainian=ukrainian) for _ in range(99))
        given = next(name for name in names if name not in taken)
        second = ""
        if not ukrainian and chance.random() < 0.3:
            second = next(
                name for name in (childs_name(chance, sex) for _ in range(99)) if name != given
            )
        passport = f"paszport FX{chance.randint(100000, 999999)}"
        found.append(
            Family(
                number=first_number + n,
                account=first_number,
                child=(given, surname(home.masculine, sex)),
                second_name=second,
                pesel="" if without_pesel else numbers.pesel(born, sex),
                document=passport if without_pesel else "",
                born=born,
                guardians=home.guardians,
                language=home.language,
                address=address,
                wishes=wishes,
                claims=claims,
                traits=home.traits | ({"no-pesel"} if without_pesel else frozenset()),
                status="verified",
            )
        )
    return found


def statutory(chance: random.Random, home: Household) -> list[tuple[str, str]]:
    """Statutory criteria with their proofs: only what the household's story allows."""
    found = []
    if home.children > 2:
        found.append(("UST_WIELODZ", "large-family" if chance.random() < 0.6 else ""))
    if chance.random() < 0.022:
        found.append(("UST_NP_KAND", chance.choice(("disability", "special-needs"))))
    parents = chance.random()
    if parents < 0.001 and len(home.guardians) > 1:
        found.append(("UST_NP_RODZICE", "disability"))
    elif parents < 0.013:
        found.append(("UST_NP_RODZIC1", "disability"))
    if home.children > home.applying and chance.random() < 0.028:
        found.append(("UST_NP_RODZ", "disability"))
    if "single" in home.traits:
        found.append(("UST_SAMOTNE", chance.choice(("divorce", "single"))))
    if "foster" in home.traits:
        found.append(("UST_PIECZA", "foster"))
    return found


def sibling_at(chance: random.Random, home: Household, wishes: Sequence[int]) -> Sequence[int]:
    """Where a sibling is, or applies too."""
    if home.applying > 1:
        return wishes
    return wishes[:1] if home.children > 1 and chance.random() < 0.38 else ()


def income(chance: random.Random, home: Household) -> Decimal:
    """PLN a month for each of them, in round numbers as people write it."""
    middle = 7.95 - 0.16 * max(0, home.children - 2) - (0.3 if "single" in home.traits else 0)
    return Decimal(min(9000, max(400, round(math.exp(chance.gauss(middle, 0.38)) / 10) * 10)))


def judged(chance: random.Random, claim: MadeClaim) -> MadeClaim:
    """Accepted mostly; about two in a hundred are not proven."""
    if chance.random() < 0.02:
        return msgspec.structs.replace(claim, outcome="rejected", proof="")
    return claim


def claims_in_wroclaw(
    chance: random.Random, home: Household, wishes: Sequence[int]
) -> tuple[MadeClaim, ...]:
    """Everything one household claims in Wrocław."""
    found = [
        MadeClaim(code, None, None, "accepted", proof) for code, proof in statutory(chance, home)
    ]
    ukrainian = "ukrainian" in home.traits
    if chance.random() < (0.68 if ukrainian else 0.81):
        paper = "employment" if chance.random() < 0.35 else ""
        found.append(MadeClaim("WR_PRACA", None, None, "accepted", paper))
    shares = (60, 38, 2) if ukrainian else (26, 34, 40)
    status = chance.choices(("", "WR_NASZ", "WR_NASZ_MAX"), shares)[0]
    if status:
        found.append(MadeClaim(status, None, None, "accepted"))
    found += [
        MadeClaim("WR_RODZ", place, None, "accepted") for place in sibling_at(chance, home, wishes)
    ]
    if "foster" not in home.traits and chance.random() < INCOME_STATED:
        found.append(MadeClaim("WR_DOCHOD", None, income(chance, home), "accepted"))
    return tuple(judged(chance, one) for one in found)


def claims_in_pila(
    chance: random.Random, home: Household, wishes: Sequence[int], within_3_km: frozenset[int]
) -> tuple[MadeClaim, ...]:
    """Everything one household claims in Piła."""
    found = [
        MadeClaim(code, None, None, "accepted", proof) for code, proof in statutory(chance, home)
    ]
    if chance.random() < 0.74:
        paper = "employment" if chance.random() < 0.35 else ""
        found.append(MadeClaim("PI_PRACA", None, None, "accepted", paper))
    if chance.random() < 0.95:
        found.append(MadeClaim("PI_SZCZEP", None, None, "accepted"))
    found += [
        MadeClaim("PI_RODZ", place, None, "accepted") for place in sibling_at(chance, home, wishes)
    ]
    found += [
        MadeClaim("PI_DOM", place, None, "accepted") for place in wishes if place in within_3_km
    ]
    if chance.random() < 0.25:
        found.append(MadeClaim("PI_PRACA_BLISKO", chance.choice(wishes), None, "accepted"))
    return tuple(judged(chance, one) for one in found)
