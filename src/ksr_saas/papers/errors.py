"""Refusals around applications on paper."""

from ksr_saas.kernel.errors import N_, KsrError


class PaperClosed(KsrError):
    """Applications on paper are not typed in now."""

    code = "paper-closed"
    title = N_("Teraz nie można wpisać wniosku papierowego")
    message = N_(
        "Wnioski papierowe wpisuje się od początku składania wniosków do końca weryfikacji."
    )


class WrongTakeOverCode(KsrError):
    """Unknown here, used, void or too old, or too many tries: the text never says which."""

    status = 422
    code = "wrong-take-over-code"
    title = N_("Nie udało się przejąć sprawy")
    message = N_(
        "Kod się nie zgadza, był już użyty albo wygasł. Po pięciu nieudanych próbach "
        "odczekaj 15 minut."
    )
    next_step = N_("Nowy list z kodem wydrukuje placówka.")


class NotOnPaper(KsrError):
    """There is nothing to take over: the case has its parent already."""

    code = "not-on-paper"
    title = N_("Tej sprawy nie trzeba przejmować")
    message = N_("Sprawę prowadzi już rodzic, który ma do niej dostęp.")


class NoPaperYet(KsrError):
    """Applications of this level cannot be typed from paper."""

    code = "no-paper-yet"
    title = N_("Tych wniosków nie wpisuje się z papieru")
    message = N_(
        "Wnioski do szkół ponadpodstawowych składają rodzice w systemie, bo liczą się w nich oceny "
        "i wyniki egzaminu."
    )
    next_step = N_("Rodzicowi bez profilu zaufanego możesz założyć konto.")
