"""Refusals around allocation runs."""

from ksr_saas.kernel.errors import N_, KsrError


class RunInProgress(KsrError):
    """A run of the same recruitment has not finished."""

    code = "run-in-progress"
    title = N_("Przydział już trwa")
    message = N_("Poczekaj, aż skończy się poprzedni przydział. Zobaczysz go na liście.")


class NothingToAllocate(KsrError):
    """No application has been verified yet."""

    code = "nothing-to-allocate"
    title = N_("Nie ma jeszcze czego przydzielać")
    message = N_("W przydziale biorą udział wnioski sprawdzone, a nie ma jeszcze żadnego.")


class AlreadyPublished(KsrError):
    """The result has been published: neither runs nor orders can change it."""

    code = "already-published"
    title = N_("Wyniki są już opublikowane")
    message = N_("Po publikacji nie uruchamia się przydziału ani nie zmienia kolejności.")


class OrderIncomplete(KsrError):
    """The order must name every tied child once, and give a reason."""

    status = 422
    code = "order-incomplete"
    title = N_("Kolejność jest niekompletna")
    message = N_(
        "Nadaj każdemu dziecku inny numer, od 1 do %(count)s, i napisz uzasadnienie "
        "(co najmniej 10 znaków)."
    )
