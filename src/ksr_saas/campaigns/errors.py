"""Refusals around the timetable."""

from ksr_saas.kernel.errors import N_, KsrError


class StageNotOpen(KsrError):
    """The stage is not open, so it cannot be ended."""

    code = "stage-not-open"
    title = N_("Ten etap nie trwa")
    message = N_("Zakończyć można tylko etap, który właśnie trwa. Odśwież stronę.")


class ShortReason(KsrError):
    """Moving a deadline needs a reason on the record."""

    status = 422
    code = "short-reason"
    title = N_("Brakuje uzasadnienia")
    message = N_("Napisz, dlaczego etap kończy się wcześniej: co najmniej 10 znaków.")
