"""Refusals of the console."""

from ksr_saas.kernel.errors import N_, KsrError


class VendorInvitationOver(KsrError):
    """The printed link is unknown, used or older than a day."""

    status = 404
    code = "vendor-invitation-over"
    title = N_("Ten link już nie działa")
    message = N_("Link do rejestracji klucza działa raz i przez 24 godziny.")
    next_step = N_("Poproś administratora serwera o nowy: ksr console invite.")


class SignInAgain(KsrError):
    """The deed changes who can sign in, and the last sign-in is too long ago."""

    status = 403
    code = "sign-in-again"
    title = N_("Potwierdź, że to Ty")
    message = N_("Ta czynność wymaga logowania w ciągu ostatnich 15 minut.")
    next_step = N_("Wyloguj się, zaloguj kluczem i wróć tutaj.")
