"""Whether a recruitment can be opened: what blocks, and what is to be known before. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.criteria.lint.finding import Severity
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import in_language
from ksr_saas.rulebooks.findings import Said
from ksr_saas.rulebooks.form.labels import STAGE_NAMES
from ksr_saas.rulebooks.next_year import starts_in
from ksr_saas.rulebooks.parts import Part
from ksr_saas.rulebooks.setup import Setup


class Want(StrEnum):
    """What may be missing, beside what the linter says."""

    DRAFT = "draft"
    NO_DATES = "no-dates"
    PAST = "past"
    BEGUN = "begun"
    SCHOOL_YEAR = "school-year"
    NAME = "name"
    NO_OFFER = "no-offer"
    NO_PLACES = "no-places"
    EMPTY_UNITS = "empty-units"
    OFFERS_WAIT = "offers-wait"
    CONTACT = "contact"


WORDS = {
    Want.DRAFT: N_("Zmiany zasad nie są jeszcze wprowadzone: wprowadź je albo odrzuć szkic."),
    Want.NO_DATES: N_("Nie ma terminów."),
    Want.PAST: N_("Etap „%(stage)s” już się skończył."),
    Want.BEGUN: N_("Etap „%(stage)s” już trwa: zacznie się z chwilą otwarcia."),
    Want.SCHOOL_YEAR: N_("Rok szkolny musi wyglądać tak: 2028/2029."),
    Want.NAME: N_("Brakuje nazwy rekrutacji w jednym z języków."),
    Want.NO_OFFER: N_("Żadna placówka nie ma zatwierdzonej oferty."),
    Want.NO_PLACES: N_("W zatwierdzonych ofertach nie ma ani jednego wolnego miejsca."),
    Want.EMPTY_UNITS: N_("Oddziały bez wolnych miejsc: %(count)s."),
    Want.OFFERS_WAIT: N_("Oferty, które czekają na zatwierdzenie: %(count)s."),
    Want.CONTACT: N_(
        "Rodziny nie wiedzą, gdzie pytać: brakuje telefonu albo adresu e-mail urzędu."
    ),
}
BLOCKS = frozenset(Want) - {Want.BEGUN, Want.EMPTY_UNITS, Want.OFFERS_WAIT}


class Facts(msgspec.Struct, frozen=True):
    """What is known outside the rules: a draft under way, accepted units, offers, a contact."""

    draft: bool
    units: int
    empty_units: int
    offers_wait: int
    contact: bool


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on the list; `words` are a Polish source text, or what the linter says already.

    `part`, `key` and `page` say where it is put right; all are empty where no page of ours is.
    """

    blocks: bool
    words: str
    values: dict[str, str] = {}
    law: str = ""
    part: Part | None = None
    key: str = ""
    page: str = ""
    said: bool = False


def items(setup: Setup, said: Sequence[Said], facts: Facts, *, now: datetime) -> tuple[Item, ...]:
    """Everything there is to say, what blocks first; empty when all is well."""
    found = [*_wants(setup, facts, now), *(_of(one) for one in said)]
    return tuple(sorted(found, key=lambda one: not one.blocks))


def ready(found: Sequence[Item]) -> bool:
    """Whether nothing blocks."""
    return not any(one.blocks for one in found)


def _of(one: Said) -> Item:
    words = f"{one.title}: {one.why}" if one.title else one.why
    return Item(
        blocks=one.severity is Severity.ERROR,
        words=words,
        law=one.law,
        part=one.part,
        key=one.key,
        said=True,
    )


def _want(want: Want, part: Part | None = None, page: str = "", **values: object) -> Item:
    told = {name: str(value) for name, value in values.items()}
    return Item(blocks=want in BLOCKS, words=WORDS[want], values=told, part=part, page=page)


def _wants(setup: Setup, facts: Facts, now: datetime) -> Iterator[Item]:
    if facts.draft:
        yield _want(Want.DRAFT, page="zmiany")
    if starts_in(setup.school_year) is None:
        yield _want(Want.SCHOOL_YEAR, Part.BASICS)
    if not all(setup.name.get(lang, "").strip() for lang in ("pl", "uk", "en")):
        yield _want(Want.NAME, Part.BASICS)
    yield from _dates(setup, now)
    if not facts.units:
        yield _want(Want.NO_OFFER)
    elif facts.units == facts.empty_units:
        yield _want(Want.NO_PLACES)
    elif facts.empty_units:
        yield _want(Want.EMPTY_UNITS, count=facts.empty_units)
    if facts.offers_wait:
        yield _want(Want.OFFERS_WAIT, count=facts.offers_wait)
    if not facts.contact:
        yield _want(Want.CONTACT)


def _dates(setup: Setup, now: datetime) -> Iterator[Item]:
    if not setup.stages:
        yield _want(Want.NO_DATES, Part.DATES)
        return
    submission = timetable.stage(setup.stages, StageCode.SUBMISSION)
    if submission is None or now < submission.starts_at:
        return
    name = in_language(submission.name) or STAGE_NAMES[submission.code]
    want = Want.PAST if now >= submission.ends_at else Want.BEGUN
    yield _want(want, Part.DATES, stage=name)
