"""Refusals at the door."""

from ksr_saas.kernel.errors import N_, KsrError


class WrongLogin(KsrError):
    """Unknown login, wrong password or a locked account: the text never says which."""

    status = 422
    code = "wrong-login"
    title = N_("Nie udało się zalogować")
    message = N_("Login lub hasło się nie zgadza. Po pięciu nieudanych próbach odczekaj 15 minut.")


class WrongCode(KsrError):
    """A wrong, used or late code, or an account that is locked: the text never says which."""

    status = 422
    code = "wrong-code"
    title = N_("Nie udało się zalogować")
    message = N_(
        "Kod się nie zgadza albo był już użyty. Po pięciu nieudanych próbach odczekaj 15 minut."
    )


class WrongKey(KsrError):
    """A passkey that was not accepted: unknown, late, of another site or account, or copied."""

    status = 422
    code = "wrong-key"
    title = N_("Nie udało się użyć klucza")
    message = N_("Ten klucz nie został przyjęty. Spróbuj jeszcze raz albo użyj innego klucza.")


class LastFactor(KsrError):
    """Without this key nobody could sign in to the account any more."""

    code = "last-factor"
    title = N_("To ostatni klucz")
    message = N_("Bez niego nie dałoby się zalogować.")
    next_step = N_("Najpierw dodaj drugi klucz, potem usuń ten.")


class AccountExpired(KsrError):
    """The password is right, and the account was not renewed for this school year."""

    status = 422
    code = "account-expired"
    title = N_("Konto wygasło")
    message = N_("Twoje konto wygasło 31 sierpnia. Poproś koordynatora w urzędzie o przedłużenie.")


class AccountUnused(KsrError):
    """The person is right, and the account has been locked since nobody used it."""

    status = 422
    code = "account-unused"
    title = N_("Konto zablokowane")
    message = N_(
        "Nikt nie używał tego konta przez 30 dni, więc jest zablokowane. Odblokuje je dyrektor "
        "placówki albo administrator w urzędzie."
    )


class InvitationOver(KsrError):
    """The link of an invitation is unknown, used or older than 48 hours."""

    status = 404
    code = "invitation-over"
    title = N_("Ten link już nie działa")
    message = N_("Link z zaproszenia działa raz i przez 48 godzin.")
    next_step = N_(
        "Hasło jest już ustawione? Zaloguj się. Jeżeli nie, poproś o nowy link tam, gdzie założono "
        "Ci konto."
    )


class FreshFactorNeeded(KsrError):
    """The deed asks for a second factor shown a short while ago."""

    status = 403
    code = "fresh-factor"
    title = N_("Potwierdź, że to Ty")
    message = N_("Ta czynność wymaga kodu wpisanego w ciągu ostatnich 15 minut.")
    next_step = N_("Wejdź w Moje konto, wybierz „Potwierdź kodem” i wróć tutaj.")


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


class SsoFailed(KsrError):
    """A login at the city's provider was not accepted; the reason stands in the audit record.

    The words are the same whatever the reason: they tell nobody whether an account exists.
    """

    status = 403
    code = "sso-failed"
    title = N_("Nie udało się zalogować kontem urzędu")
    message = N_("Logowanie nie zostało dokończone. Nic się nie zmieniło.")
    next_step = N_("Spróbuj jeszcze raz. Jeżeli to nie pomoże, zapytaj koordynatora w urzędzie.")


class SsoUnavailable(EidUnavailable):
    """The municipality has no provider for its staff, or it has been stopped."""

    code = "sso-unavailable"
    title = N_("Logowanie kontem urzędu jest wyłączone")
    message = N_("Ta gmina nie prowadzi teraz logowania kontem urzędu.")
    next_step = N_("Zaloguj się kontem w tym systemie.")


class SsoOnly(KsrError):
    """What was shown is right, but this account signs in at the city's provider alone."""

    status = 422
    code = "sso-only"
    title = N_("To konto loguje się kontem urzędu")
    message = N_(
        "Do tego konta nie wchodzi się hasłem ani kluczem. Wybierz „Zaloguj się kontem urzędu”."
    )
