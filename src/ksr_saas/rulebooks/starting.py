"""A recruitment to begin with: what the act sets, and dates that keep its terms. Pure."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.criteria import national
from ksr_saas.criteria.procedure import ConfirmMode
from ksr_saas.criteria.rulebook import Criterion, Rulebook, Tier
from ksr_saas.criteria.texts import Texts
from ksr_saas.kernel.clock import moments
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import LANGUAGES, _, speaking
from ksr_saas.rulebooks.form.labels import STAGE_NAMES
from ksr_saas.rulebooks.setup import Setup

NAMES = {
    Level.PRESCHOOL: N_("Przedszkola %(year)s"),
    Level.PRIMARY: N_("Klasy pierwsze szkół podstawowych %(year)s"),
    Level.SECONDARY: N_("Szkoły ponadpodstawowe %(year)s"),
}
CODES = {Level.PRESCHOOL: "przedszkola", Level.PRIMARY: "podstawowe", Level.SECONDARY: "srednie"}
AGES = {Level.PRESCHOOL: range(3, 7), Level.PRIMARY: range(7, 8), Level.SECONDARY: range(0)}
STATUTORY_POINTS = {Level.PRESCHOOL: "100", Level.SECONDARY: "1"}
THREE = 3  # art. 156

# Month, day and hour of the start and the end; a day off becomes the next Monday.
SPRING = (
    (StageCode.RULES, (1, 25, 8), (1, 28, 15)),
    (StageCode.OFFER, (2, 22, 8), (3, 1, 8)),
    (StageCode.SUBMISSION, (3, 1, 8), (3, 29, 15)),
    (StageCode.VERIFICATION, (3, 1, 8), (4, 12, 15)),
    (StageCode.RESULTS, (4, 19, 13), (4, 19, 23)),
    (StageCode.CONFIRMATION, (4, 19, 13), (4, 26, 15)),
    (StageCode.ADMISSION, (5, 5, 13), (5, 12, 15)),
    (StageCode.SUPPLEMENTARY, (6, 1, 8), (8, 20, 15)),
)
SUMMER = (
    (StageCode.RULES, (1, 25, 8), (1, 28, 15)),
    (StageCode.OFFER, (4, 26, 8), (5, 10, 8)),
    (StageCode.SUBMISSION, (5, 10, 8), (6, 14, 15)),
    (StageCode.CERTIFICATES, (6, 24, 8), (7, 6, 15)),
    (StageCode.VERIFICATION, (6, 24, 8), (7, 12, 15)),
    (StageCode.RESULTS, (7, 14, 12), (7, 14, 23)),
    (StageCode.CONFIRMATION, (7, 14, 12), (7, 20, 15)),
    (StageCode.ADMISSION, (7, 21, 14), (7, 23, 15)),
    (StageCode.SUPPLEMENTARY, (7, 26, 8), (8, 20, 15)),
)
CALENDARS = {Level.PRESCHOOL: SPRING, Level.PRIMARY: SPRING, Level.SECONDARY: SUMMER}


def starting(level: Level, year: int) -> Setup:
    """The recruitment of a level to the school year that begins in `year`.

    What only the municipality can say is missing: the legal bases, its own criteria.
    """
    school_year = f"{year}/{year + 1}"
    return Setup(
        school_year=school_year,
        name=_texts(NAMES[level], year=school_year),
        rulebook=Rulebook(
            level=level,
            legal_basis=(),
            max_preferences=THREE,
            birth_years=tuple(sorted(year - age for age in AGES[level])),
            confirm_mode=ConfirmMode.OPT_IN,
            criteria=_criteria(level),
        ),
        stages=tuple(
            Stage(code, _texts(STAGE_NAMES[code]), _moment(year, *starts), _moment(year, *ends))
            for code, starts, ends in CALENDARS[level]
        ),
    )


def code_for(level: Level, year: int) -> str:
    """What such a recruitment is called in addresses."""
    return f"{CODES[level]}-{year}"


def _texts(words: str, **values: object) -> Texts:
    found = {}
    for lang in LANGUAGES:
        with speaking(lang):
            found[lang] = _(words) % values
    return found


def _criteria(level: Level) -> tuple[Criterion, ...]:
    if level is Level.PRIMARY:
        return _typed(national.table(national.CATCHMENT))
    seven = {
        "tier": Tier.STATUTORY,
        "kind": {"type": "declared"},
        "points": STATUTORY_POINTS[level],
    }
    raw: list[dict[str, Any]] = [one | seven for one in national.table(national.STATUTORY)]
    if level is Level.SECONDARY:
        raw = national.table(national.POINTS) + raw
    return _typed(raw)


def _typed(raw: list[dict[str, Any]]) -> tuple[Criterion, ...]:
    return tuple(msgspec.convert(one, Criterion, strict=False) for one in raw)


def _moment(year: int, month: int, day: int, hour: int) -> datetime:
    on = date(year, month, day)
    on += timedelta(days=(7 - on.weekday()) % 7 if on.weekday() > 4 else 0)
    return moments(datetime(on.year, on.month, on.day, hour))[0]  # noqa: DTZ001 - local, no zone
