"""The form of a unit: what was typed, what is wrong with it, and the values it stands for."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from ksr_saas.campaigns.levels import Level
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.i18n import LANGUAGES
from ksr_saas.offer.kinds import UNIT_KINDS, Pool, Prerequisite, Scored, UnitKind
from ksr_saas.offering.rules import LARGEST_UNIT, MOST_SCORED, lowest_capacity
from ksr_saas.offering.units import FIELDS, UnitValues

CODE = re.compile(r"[^\W_][\w ./-]{0,19}")
YEAR = re.compile(r"20\d\d")
NAME = re.compile(r"[^\W\d_][\w .()/-]*")
LISTS = {
    "first_languages": "jezyk1",
    "second_languages": "jezyk2",
    "extended": "rozszerzone",
    "occupations": "zawody",
}
LONGEST_ABOUT = 1500

W = TypeVar("W", bound=StrEnum)


class UnitForm(msgspec.Struct, frozen=True):
    """As typed: `fields` by name; `prerequisites` are the codes that were ticked."""

    level: Level
    fields: dict[str, str]
    prerequisites: tuple[str, ...] = ()

    @classmethod
    def read(cls, form: Mapping[str, Any], level: Level) -> "UnitForm":
        """What the browser sent; unknown fields are left out."""
        names = ["kod", "nazwa", "rodzaj", "wspolny", "pula", "miejsca", "zostaja", "roczniki"]
        names += LISTS.values()
        for number in range(1, MOST_SCORED + 1):
            names += [f"przedmiot{number}", f"ktory{number}", f"zamiast{number}"]
        found = {name: text(form, name) for name in names}
        found |= {
            f"opis_{lang}": paragraph(form, f"opis_{lang}", LONGEST_ABOUT) for lang in LANGUAGES
        }
        getall = getattr(form, "getall", None)
        ticked = getall("wymagania", []) if getall else ()
        return cls(level, found, tuple(one for one in ticked if isinstance(one, str)))

    @classmethod
    def of(cls, values: UnitValues, level: Level) -> "UnitForm":
        """The form as these values fill it."""
        found = {
            "kod": values.code,
            "nazwa": values.name,
            "rodzaj": values.kind.value,
            "wspolny": values.group,
            "pula": values.pool.value,
            "miejsca": str(values.capacity),
            "zostaja": str(values.continuing),
            "roczniki": ", ".join(map(str, values.birth_years)),
        }
        found |= {name: ", ".join(getattr(values, field)) for field, name in LISTS.items()}
        for number in range(1, MOST_SCORED + 1):
            one = values.subjects[number - 1] if number <= len(values.subjects) else None
            found[f"przedmiot{number}"] = ", ".join(one.among) if one else ""
            found[f"ktory{number}"] = str(one.best) if one else "1"
            found[f"zamiast{number}"] = ", ".join(one.otherwise) if one else ""
        found |= {f"opis_{lang}": values.about.get(lang, "") for lang in LANGUAGES}
        return cls(level, found, tuple(one.value for one in values.prerequisites))

    @classmethod
    def empty(cls, level: Level) -> "UnitForm":
        """For a unit that is not there yet."""
        found = cls.of(UnitValues(0), level)
        found.fields["miejsca"] = found.fields["zostaja"] = ""
        return found

    def numbers(self) -> tuple[int, int] | None:
        """Seats and children who stay, as far as both can be read."""
        seats, stay = self.fields["miejsca"], self.fields["zostaja"] or "0"
        return (int(seats), int(stay)) if _whole(seats) and _whole(stay) else None

    def values(
        self,
        known: UnitValues | None,
        problems: Problems,
        *,
        birth_years: Collection[int],
        codes: Collection[str],
        qualified: int,
    ) -> UnitValues | None:
        """The values, or None with the problems noted.

        `known` is the unit as it is, `birth_years` those of the rulebook (any where it has none),
        `codes` those of the other units, `qualified` the children who have a place in this one.
        """
        has = FIELDS[self.level]
        found: dict[str, Any] = {
            "code": self._code(problems, codes),
            "name": self.fields["nazwa"],
            "kind": self._one_of("rodzaj", UNIT_KINDS[self.level], UnitKind.GENERAL, problems),
            "group": self.fields["wspolny"],
            "pool": self._one_of("pula", tuple(Pool), Pool.GENERAL, problems),
        }
        found["capacity"], found["continuing"] = self._seats(problems, qualified)
        found["birth_years"] = self._years(problems, birth_years)
        for field, name in LISTS.items():
            found[field] = self._names(name, problems)
        found["subjects"] = self._subjects(problems)
        found["prerequisites"] = tuple(
            one for one in Prerequisite if one.value in self.prerequisites
        )
        found["about"] = {
            lang: words for lang in LANGUAGES if (words := self.fields[f"opis_{lang}"])
        }
        if problems:
            return None
        kept = {name: value for name, value in found.items() if name in has}
        return msgspec.structs.replace(known or UnitValues(0), **kept)

    def _code(self, problems: Problems, codes: Collection[str]) -> str:
        code = self.fields["kod"]
        if code and not CODE.fullmatch(code):
            problems.add("kod", N_("Symbol to najwyżej 20 liter, cyfr i znaków . - /"))
        elif code in codes:
            problems.add(
                "kod",
                N_("Taki symbol ma już inny oddział tej oferty. Wpisz inny.")
                if code
                else N_("Jest już grupa bez symbolu. Wpisz symbol tej grupy."),
            )
        elif not code and self.level is not Level.PRESCHOOL:
            problems.add("kod", N_("Wpisz symbol oddziału, na przykład 1a."))
        return code

    def _one_of(self, name: str, among: tuple[W, ...], usual: W, problems: Problems) -> W:
        typed = self.fields[name]
        if not typed:
            return usual
        for one in among:
            if one.value == typed:
                return one
        problems.add(name, N_("Wybierz z listy."))
        return usual

    def _seats(self, problems: Problems, qualified: int) -> tuple[int, int]:
        has_continuing = "continuing" in FIELDS[self.level]
        typed = {"miejsca": self.fields["miejsca"]}
        typed["zostaja"] = (self.fields["zostaja"] or "0") if has_continuing else "0"
        for name, value in typed.items():
            if not _whole(value) or int(value) > LARGEST_UNIT:
                problems.add(name, N_("Wpisz liczbę od 0 do %(most)s."), most=LARGEST_UNIT)
                return 0, 0
        seats, stay = int(typed["miejsca"]), int(typed["zostaja"])
        if stay > seats:
            problems.add(
                "zostaja",
                N_("Dzieci, które zostają (%(stay)s), jest więcej niż miejsc (%(seats)s)."),
                stay=stay,
                seats=seats,
            )
        elif seats < (lowest := lowest_capacity(stay, qualified)):
            problems.add(
                "miejsca",
                N_(
                    "Miejsc nie może być mniej niż %(lowest)s: dzieci, które zostają, jest "
                    "%(continuing)s, a zakwalifikowanych %(qualified)s."
                ),
                lowest=lowest,
                continuing=stay,
                qualified=qualified,
            )
        return seats, stay

    def _years(self, problems: Problems, allowed: Collection[int]) -> tuple[int, ...]:
        typed = [one for one in re.split(r"[\s,;]+", self.fields["roczniki"]) if one]
        if not all(YEAR.fullmatch(one) for one in typed):
            problems.add("roczniki", N_("Wpisz lata urodzenia, na przykład 2022, 2023."))
            return ()
        years = tuple(sorted({int(one) for one in typed}, reverse=True))
        if allowed and not set(years) <= set(allowed):
            problems.add(
                "roczniki",
                N_("W tej rekrutacji są tylko roczniki: %(years)s."),
                years=", ".join(map(str, sorted(allowed, reverse=True))),
            )
        return years

    def _names(self, name: str, problems: Problems) -> tuple[str, ...]:
        """Words separated by commas, without repetition, in the order typed."""
        found = tuple(dict.fromkeys(one for one in _split(self.fields[name]) if one))
        if not all(NAME.fullmatch(one) for one in found):
            problems.add(name, N_("Wpisz nazwy oddzielone przecinkami."))
        return found

    def _subjects(self, problems: Problems) -> tuple[Scored, ...]:
        if "subjects" not in FIELDS[self.level]:
            return ()
        found = []
        for number in range(1, MOST_SCORED + 1):
            name = f"przedmiot{number}"
            among = self._names(name, problems)
            otherwise = self._names(f"zamiast{number}", problems)
            best = self.fields[f"ktory{number}"] or "1"
            if not among:
                if otherwise:
                    problems.add(name, N_("Wpisz przedmiot, zanim podasz, co go zastępuje."))
                continue
            if not _whole(best) or not 1 <= int(best) <= len(among):
                problems.add(
                    f"ktory{number}",
                    N_("Wpisz, która z kolei ocena się liczy: od 1 do %(most)s."),
                    most=len(among),
                )
                continue
            found.append(Scored(among, int(best), otherwise))
        if len(set(found)) < len(found):
            problems.add("przedmiot1", N_("Ten sam przedmiot jest wpisany dwa razy."))
        return tuple(found)


def _split(typed: str) -> list[str]:
    return [" ".join(one.split()).lower() for one in re.split(r"[,;]", typed)]


def _whole(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) <= 5
