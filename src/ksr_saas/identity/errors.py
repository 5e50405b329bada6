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


class NoIdentifier(EidFailed):
    """The node knows the person and gives no identifier by which they could be found again."""

    code = "eid-no-identifier"
    message = N_("login.gov.pl nie przekazał numeru PESEL ani identyfikatora eIDAS.")
    next_step = N_("Złóż wniosek na papierze w placówce albo w urzędzie: wprowadzimy go za Ciebie.")


class EidUnavailable(KsrError):
    """The municipality is not (or not any more) registered with the eID node."""

    status = 503
    code = "eid-unavailable"
    title = N_("Logowanie przez login.gov.pl jest wyłączone")
    message = N_("Ta gmina nie prowadzi teraz logowania przez login.gov.pl.")
    next_step = N_("Spróbuj później albo złóż wniosek na papierze w placówce lub w urzędzie.")
