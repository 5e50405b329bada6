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
    message = N_("Napisz, dlaczego termin się zmienia: co najmniej 10 znaków.")


class StageBehind(KsrError):
    """The stage has ended, or its results are public: its times are history."""

    code = "stage-behind"
    title = N_("Tego terminu nie można już zmienić")
    message = N_(
        "Ten etap się skończył albo wyniki są już ogłoszone. Zmienić można tylko to, co przed nami."
    )
