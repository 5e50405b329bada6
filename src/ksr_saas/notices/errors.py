"""Refusals around what a city says and shows of itself."""

from ksr_saas.kernel.errors import N_, KsrError


class BadDocument(KsrError):
    """What the city sent is no PDF that we take."""

    status = 422
    code = "bad-document"
    title = N_("Tego pliku nie można dodać")
    message = N_("Dodaj plik PDF, do 10 MB. Inny dokument zapisz najpierw jako PDF.")


class BadPicture(KsrError):
    """The crest is no picture that we take."""

    status = 422
    code = "bad-picture"
    title = N_("Tego herbu nie można dodać")
    message = N_(
        "Dodaj obraz PNG, JPG albo WebP: do 2 MB, co najmniej 64 piksele i najwyżej 4000 pikseli "
        "z każdej strony. Plik SVG zapisz najpierw jako PNG."
    )
