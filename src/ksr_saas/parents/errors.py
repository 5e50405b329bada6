"""Refusals around accounts that a desk opens for parents."""

from ksr_saas.kernel.errors import N_, KsrError


class DocumentNotSeen(KsrError):
    """What was typed does not say in words that an identity document was seen."""

    status = 422
    code = "document-not-seen"
    title = N_("Brakuje potwierdzenia tożsamości")
    message = N_("Napisz słowami i bez numerów, jaki dokument okazano: co najmniej 10 znaków.")


class ClosingUnexplained(KsrError):
    """An account was to be closed, and nobody said why."""

    status = 422
    code = "closing-unexplained"
    title = N_("Napisz, dlaczego zamykasz to konto")
    message = N_("Napisz, dlaczego zamykasz to konto: co najmniej 10 znaków.")
