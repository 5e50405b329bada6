"""Refusals at the door."""

from ksr_saas.kernel.errors import N_, KsrError


class WrongLogin(KsrError):
    """Unknown login, wrong password or a locked account: the text never says which."""

    status = 422
    code = "wrong-login"
    title = N_("Nie udało się zalogować")
    message = N_("Login lub hasło się nie zgadza. Po pięciu nieudanych próbach odczekaj 15 minut.")


class EidFailed(KsrError):
    """The answer of the eID node was not accepted; the reason stands in the audit record."""

    status = 403
    code = "eid-failed"
    title = N_("Nie udało się potwierdzić tożsamości")
    message = N_("Logowanie nie zostało dokończone. Twoje zapisane wnioski są bezpieczne.")
    next_step = N_("Spróbuj zalogować się jeszcze raz.")
