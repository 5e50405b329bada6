"""Refusals around access to a child's case; nothing has changed when one is raised."""

from ksr_saas.kernel.errors import N_, KsrError


class LinkOver(KsrError):
    """The link is unknown here, used, withdrawn or too old: the text never says which."""

    status = 404
    code = "link-over"
    title = N_("Ten link już nie działa")
    message = N_("Link do wspólnej sprawy działa raz i przez 7 dni, tylko na stronie tej gminy.")
    next_step = N_("Poproś drugiego rodzica o nowy link. Zrobi go pod „Kto ma dostęp”.")


class OwnLink(KsrError):
    """Whoever made the link opened it."""

    code = "own-link"
    title = N_("To jest Twój link")
    message = N_("Masz już dostęp do tej sprawy. Link jest dla drugiego rodzica lub opiekuna.")
    next_step = N_("Wyślij mu ten link. Niech otworzy go u siebie i zaloguje się swoim profilem.")


class NobodyWaits(KsrError):
    """Whoever asked was let in already, or the link was voided or grew old."""

    code = "nobody-waits"
    title = N_("Nikt nie czeka na zgodę")
    message = N_("Link wygasł albo został unieważniony. Jeżeli chcesz, zrób nowy.")


class TwoAlready(KsrError):
    """Two people have access, which is as many as there can be."""

    code = "two-already"
    title = N_("Dostęp mają już dwie osoby")
    message = N_("Do sprawy dziecka mogą mieć dostęp najwyżej dwie osoby.")
    next_step = N_("Dostęp może zmienić tylko placówka, na przykład po wyroku sądu.")


class TooManyLinks(KsrError):
    """More links in a day than anybody needs."""

    code = "too-many-links"
    title = N_("Za dużo linków jednego dnia")
    message = N_("W ciągu doby można zrobić najwyżej 10 linków do jednej sprawy. Spróbuj jutro.")


class ChildUnnamed(KsrError):
    """There is nothing to invite to before the child's data are entered."""

    code = "child-unnamed"
    title = N_("Najpierw dane dziecka")
    message = N_("Wpisz i zapisz dane dziecka, a potem zaproś drugiego rodzica lub opiekuna.")


class LastPerson(KsrError):
    """Somebody has to keep the case."""

    code = "last-person"
    title = N_("To jedyna osoba z dostępem")
    message = N_("Nie można odebrać dostępu jedynej osobie, która prowadzi sprawę.")


class AccessReasonMissing(KsrError):
    """Taking access away needs a reason on the record."""

    status = 422
    code = "access-reason"
    title = N_("Brakuje uzasadnienia")
    message = N_("Napisz, na jakiej podstawie, na przykład numer wyroku: co najmniej 10 znaków.")
