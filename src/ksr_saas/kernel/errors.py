"""Errors a person can cause, each with the HTTP status it means and words they may read."""

from typing import ClassVar


def N_(words: str) -> str:
    """Mark words for the catalogues; they are translated where they are shown."""
    return words


class KsrError(Exception):
    """A refusal with a reason the user may read.

    `status` is the HTTP status of the answer. `title`, `message` and `next_step` are Polish source
    texts looked up in the reader's language; `values` fill their placeholders. Faults of ours are
    ordinary exceptions, never this class.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    title: ClassVar[str] = N_("Tego nie można teraz zrobić")
    message: ClassVar[str] = N_("Odśwież stronę i sprawdź, co się zmieniło.")
    next_step: ClassVar[str] = ""

    def __init__(self, detail: str = "", **values: object) -> None:
        super().__init__(detail or self.code)
        self.values = values


class IllegalMove(KsrError):
    """The thing is not in a state from which this event can happen."""

    code = "illegal-move"
    message = N_(
        "Stan sprawy zmienił się w międzyczasie. Odśwież stronę, żeby zobaczyć aktualny stan."
    )


class NotFound(KsrError):
    """There is no such thing, or it is not yours: nobody is told which."""

    status = 404
    code = "not-found"
    title = N_("Nie ma takiej strony")
    message = N_("Sprawdź adres. Jeżeli jest poprawny, nie masz dostępu do tej strony.")


class Forbidden(KsrError):
    """The person is known, and their role may not do this."""

    status = 403
    code = "forbidden"
    title = N_("Brak uprawnień")
    message = N_("Twoja rola nie pozwala na tę czynność.")
    next_step = N_("Jeżeli potrzebujesz dostępu, poproś dyrektora lub urząd.")


class LoginNeeded(KsrError):
    """Nobody is signed in, or the session has ended."""

    status = 401
    code = "login-needed"
    title = N_("Zaloguj się")
    message = N_("Ta strona wymaga zalogowania. Twoja sesja mogła wygasnąć.")


class TooLarge(KsrError):
    """The request is larger than anything the service takes."""

    status = 413
    code = "too-large"
    title = N_("Plik jest za duży")
    message = N_(
        "Jeden plik może mieć najwyżej 10 MB. Zrób zdjęcie w mniejszej rozdzielczości "
        "i spróbuj jeszcze raz."
    )


class ReadOnly(KsrError):
    """The municipality is in read-only state: nothing may be changed."""

    status = 503
    code = "read-only"
    title = N_("Przerwa techniczna")
    message = N_(
        "Można teraz tylko czytać. Zapisywanie wróci po przerwie; terminy zostaną przedłużone."
    )
