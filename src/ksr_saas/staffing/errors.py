"""Refusals around accounts of staff."""

from ksr_saas.kernel.errors import N_, KsrError


class UnreadableList(KsrError):
    """The file is not a list of people that can be read."""

    status = 422
    code = "unreadable-list"
    title = N_("Nie udało się odczytać pliku")
    message = N_(
        "Plik musi być listą CSV z nagłówkiem: imie;nazwisko;email;rola;placowka. "
        "Najwyżej 10 000 wierszy i 2 MB."
    )


class OwnAccount(KsrError):
    """Nobody changes their own rights."""

    status = 403
    code = "own-account"
    title = N_("To Twoje konto")
    message = N_("Nikt nie zmienia własnych ról ani własnego konta. Poproś inną uprawnioną osobę.")


class SecondPersonNeeded(KsrError):
    """The one who asked may not confirm, nor by a second account."""

    status = 403
    code = "second-person"
    title = N_("Potrzebna jest druga osoba")
    message = N_(
        "Potwierdzić musi ktoś inny niż osoba, która zgłosiła utratę telefonu. "
        "Drugie konto tej samej osoby nie wystarczy."
    )


class ShortStaffReason(KsrError):
    """Taking a factor away needs a reason on the record."""

    status = 422
    code = "short-reason"
    title = N_("Brakuje uzasadnienia")
    message = N_("Napisz, jak sprawdzono tożsamość tej osoby: co najmniej 10 znaków.")


class BeyondYou(KsrError):
    """The account has a role that the actor may not give, so it is not theirs to change."""

    status = 403
    code = "beyond-you"
    title = N_("To konto ma też inne role")
    message = N_("Ta osoba ma rolę, której nie nadajesz. Jej konto zmienia administrator gminy.")


class RolesApart(KsrError):
    """Two roles that one person may not have together."""

    status = 409
    code = "roles-apart"
    title = N_("Tych ról nie wolno łączyć")
    message = N_(
        "Dyrektor nie zasiada w komisji swojej placówki, a inspektor ochrony danych nie prowadzi "
        "rekrutacji ani kont."
    )


class LastRole(KsrError):
    """An account without a role is an account nobody sees."""

    status = 409
    code = "last-role"
    title = N_("To jedyna rola tej osoby")
    message = N_("Jeżeli ma już nie pracować w systemie, zamknij jej konto.")
