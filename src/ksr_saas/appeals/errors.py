"""Refusals around appeals; nothing has changed when one is raised."""

from ksr_saas.kernel.errors import N_, KsrError


class TermOver(KsrError):
    """The term of this step has passed; it cannot be given back (art. 158)."""

    code = "term-over"
    title = N_("Termin minął")
    message = N_("Ten krok można było zrobić do: %(last)s. Terminu nie można przywrócić.")
    next_step = N_("Na inne miejsce można czekać w rekrutacji uzupełniającej.")


class NothingToAppeal(KsrError):
    """The list of the admitted is not out, or this institution did not refuse the child."""

    code = "nothing-to-appeal"
    title = N_("Tu nie ma odmowy, od której można się odwołać")
    message = N_("Od odmowy można się odwołać po ogłoszeniu listy przyjętych i nieprzyjętych.")
