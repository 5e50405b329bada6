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
    message = N_("Nikt nie zmienia własnych uprawnień. Poproś innego koordynatora.")


class SecondPersonNeeded(KsrError):
    """The one who asked may not confirm."""

    status = 403
    code = "second-person"
    title = N_("Potrzebna jest druga osoba")
    message = N_("Potwierdzić musi inny koordynator niż ten, który zgłosił utratę telefonu.")


class ShortStaffReason(KsrError):
    """Taking a factor away needs a reason on the record."""

    status = 422
    code = "short-reason"
    title = N_("Brakuje uzasadnienia")
    message = N_("Napisz, jak sprawdzono tożsamość tej osoby: co najmniej 10 znaków.")
