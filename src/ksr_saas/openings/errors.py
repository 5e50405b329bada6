"""Refusals around an opening; nothing has been opened when one is raised."""

from ksr_saas.kernel.errors import N_, KsrError


class ReasonUnclear(KsrError):
    """No reason of the list was chosen, or another one was not explained."""

    status = 422
    code = "reason-unclear"
    title = N_("Napisz, po co otwierasz te dane")
    message = N_("Wybierz powód. Inny powód opisz własnymi słowami, co najmniej 10 znaków.")


class TooManySearches(KsrError):
    """Too many numbers that do not exist, or too many searches, in a quarter of an hour."""

    status = 429
    code = "too-many-searches"
    title = N_("Za dużo szukania w krótkim czasie")
    message = N_("Odczekaj 15 minut. Numer wniosku przepisz z potwierdzenia, nie zgaduj go.")


class NoSuchCase(KsrError):
    """No application that was handed in has this number."""

    status = 422
    code = "no-such-case"
    title = N_("Nie ma złożonego wniosku o tym numerze")
    message = N_("Sprawdź numer. Jest na potwierdzeniu złożenia i w sprawie rodzica.")
