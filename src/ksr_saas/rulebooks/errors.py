"""Refusals around versions of a rulebook."""

from ksr_saas.kernel.errors import N_, KsrError


class VersionWaits(KsrError):
    """The draft waits for the second person and cannot be changed meanwhile."""

    code = "version-waits"
    title = N_("Zmiany czekają na drugą osobę")
    message = N_("Żeby coś poprawić, najpierw cofnij prośbę na stronie „Co się zmieni”.")


class AnotherPerson(KsrError):
    """Who wrote the change or asked for it does not confirm it."""

    status = 403
    code = "another-person"
    title = N_("Potrzebna jest druga osoba")
    message = N_("Zmianę po otwarciu potwierdza ktoś inny niż osoba, która ją wpisała.")


class ChangedSince(KsrError):
    """Somebody saved the draft after this page was read."""

    code = "changed-since"
    title = N_("Ktoś zmienił szkic w międzyczasie")
    message = N_("Nic nie zapisaliśmy. Przeczytaj zmiany jeszcze raz i wtedy zdecyduj.")


class NothingChanges(KsrError):
    """The draft says what is in force already."""

    code = "nothing-changes"
    title = N_("Nie ma czego wprowadzić")
    message = N_("Szkic nie różni się od tego, co obowiązuje.")


class NotReady(KsrError):
    """Something blocks the opening, or the change of what is open."""

    code = "not-ready"
    title = N_("Jeszcze nie można")
    message = N_("Najpierw popraw to, co blokuje. Lista jest na stronie rekrutacji.")


class CodeTaken(KsrError):
    """There is a recruitment with this code."""

    status = 422
    code = "code-taken"
    title = N_("Taka rekrutacja już jest")
    message = N_("Wpisz inny kod.")


class RulesClosed(KsrError):
    """The results are public: the rules they came from are history."""

    code = "rules-closed"
    title = N_("Tych zasad nie można już zmienić")
    message = N_("Wyniki są ogłoszone, a zasady, z których powstały, zostają bez zmian.")
