"""Refusals around what institutions tell of themselves."""

from ksr_saas.kernel.errors import N_, KsrError


class BadPhoto(KsrError):
    """The picture of a building is none that we take."""

    status = 422
    code = "bad-photo"
    title = N_("Tego zdjęcia nie można dodać")
    message = N_(
        "Dodaj zdjęcie PNG, JPG albo WebP: do 10 MB, od 320 do 8000 pikseli z każdej strony."
    )


class ShortClosingReason(KsrError):
    """An institution is closed or opened again for a reason that somebody can read."""

    status = 422
    code = "short-closing-reason"
    title = N_("Potrzebny jest powód")
    message = N_("Napisz powód, co najmniej 10 znaków.")
