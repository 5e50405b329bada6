"""The letter with the code: printed at once and never stored, because the code stands in it."""

import asyncio
from datetime import date, datetime

import msgspec

from ksr_saas.documents.service import pdf
from ksr_saas.kernel import i18n
from ksr_saas.kernel.errors import N_
from ksr_saas.papers.rules import grouped

TEMPLATE = "take_over.typ"
ONE_AT_A_TIME = asyncio.Semaphore(1)  # a compiler is not for two threads
TITLE = N_("Kod do przejęcia sprawy")
STEPS = (
    N_("Wejdź na stronę: %(address)s"),
    N_("Zaloguj się przez login.gov.pl."),
    N_("Wpisz kod. Od tej chwili widzisz sprawę i możesz ją prowadzić przez internet."),
)
LASTS = N_("Kod działa raz, do: %(until)s. Nie pokazuj go nikomu.")
LOST = N_("Zgubiony kod unieważni placówka i wydrukuje nowy list.")


class Words(msgspec.Struct, frozen=True):
    """The letter in one language."""

    language: str
    title: str
    number: str
    steps: tuple[str, ...]
    notes: tuple[str, ...]


class Letter(msgspec.Struct, frozen=True):
    """What is printed; `to` are the lines of the addressee, `words` Polish first."""

    city: str
    to: tuple[str, ...]
    code: str
    day: date
    words: tuple[Words, ...]


def letter(
    *, city: str, to: tuple[str, ...], number: str, code: str, address: str, now: datetime,
    until: datetime,
) -> Letter:  # fmt: skip
    """The letter in every language; `address` is the page on which the code is typed."""
    found = []
    for lang in i18n.LANGUAGES:
        with i18n.speaking(lang):
            found.append(
                Words(
                    lang,
                    i18n._(TITLE),
                    i18n._(N_("Wniosek nr %(number)s")) % {"number": number},
                    tuple(i18n._(step) % {"address": address} for step in STEPS),
                    (i18n._(LASTS) % {"until": i18n.moment(until)}, i18n._(LOST)),
                )
            )
    return Letter(city, to, grouped(code), now.date(), tuple(found))


async def printed(facts: Letter) -> bytes:
    """The letter as PDF."""
    async with ONE_AT_A_TIME:
        return await asyncio.to_thread(pdf, TEMPLATE, msgspec.to_builtins(facts))
