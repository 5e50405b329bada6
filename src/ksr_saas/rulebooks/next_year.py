"""Next year's recruitment out of an older one. Pure."""

import re
from datetime import datetime, timedelta

import msgspec

from ksr_saas.campaigns.timetable import Stage
from ksr_saas.criteria.kinds import Age
from ksr_saas.criteria.rulebook import Criterion
from ksr_saas.kernel.clock import local, moments
from ksr_saas.rulebooks.setup import Setup

YEAR = timedelta(weeks=52)  # whole weeks, so that a Monday stays one
NUMBER = re.compile(r"\b20\d\d\b")
SCHOOL_YEAR = re.compile(r"(20\d\d)/(20\d\d)")


def following(setup: Setup, *, dates: bool = True) -> Setup:
    """The same rules a year later; without `dates` the timetable is left to be filled."""
    rules = setup.rulebook
    return Setup(
        school_year=_years(setup.school_year),
        name={lang: _years(said) for lang, said in setup.name.items()},
        rulebook=msgspec.structs.replace(
            rules,
            birth_years=tuple(one + 1 for one in rules.birth_years),
            criteria=tuple(_older(one) for one in rules.criteria),
        ),
        stages=tuple(_later(one) for one in setup.stages) if dates else (),
    )


def code_after(code: str) -> str:
    """The code with its year one later; without a year the same code."""
    return re.sub(r"20\d\d", lambda met: str(int(met[0]) + 1), code)


def starts_in(school_year: str) -> int | None:
    """The calendar year in which "2028/2029" begins; None for what is no school year."""
    met = SCHOOL_YEAR.fullmatch(school_year)
    return int(met[1]) if met and int(met[2]) == int(met[1]) + 1 else None


def _years(said: str) -> str:
    return NUMBER.sub(lambda met: str(int(met[0]) + 1), said)


def _older(one: Criterion) -> Criterion:
    if not isinstance(one.kind, Age):
        return one
    return msgspec.structs.replace(one, kind=Age(tuple(year + 1 for year in one.kind.born)))


def _later(stage: Stage) -> Stage:
    return Stage(stage.code, stage.name, _moment(stage.starts_at), _moment(stage.ends_at))


def _moment(at: datetime) -> datetime:
    """The same hour by the clocks of Poland, or the next one that they show."""
    told = local(at).replace(tzinfo=None, fold=0) + YEAR
    return (moments(told) or moments(told + timedelta(hours=1)))[0]
