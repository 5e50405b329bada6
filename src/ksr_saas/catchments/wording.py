"""Ranges, reasons and findings in words."""

from ksr_saas.catchments.houses import House, Parity, Span
from ksr_saas.catchments.linter import Fault, Finding
from ksr_saas.catchments.rules import Doubt, Segment, Why, year_name
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _

ALL_NUMBERS = {
    Parity.ALL: N_("wszystkie numery"),
    Parity.ODD: N_("wszystkie numery nieparzyste"),
    Parity.EVEN: N_("wszystkie numery parzyste"),
}
NUMBERS = {
    Parity.ALL: N_("numery"),
    Parity.ODD: N_("numery nieparzyste"),
    Parity.EVEN: N_("numery parzyste"),
}
SIDE_NAMES = {
    Parity.ALL: N_("obie strony"),
    Parity.ODD: N_("nieparzyste"),
    Parity.EVEN: N_("parzyste"),
}
WHY = {
    Why.MATCHED: N_("pasuje"),
    Why.OTHER_SIDE: N_("druga strona ulicy"),
    Why.OUTSIDE: N_("numer poza zakresem"),
    Why.NOT_YET: N_("obowiązuje od późniejszego roku szkolnego"),
    Why.ENDED: N_("już nie obowiązuje"),
    Why.OTHER_TOWN: N_("inna miejscowość"),
}
DOUBTS = {
    Doubt.STREET: N_("Nie ma takiej ulicy w obwodach szkół."),
    Doubt.KIND: N_(
        "Tak samo nazywają się ulica i na przykład plac. Wybierz, o który adres chodzi."
    ),
    Doubt.TOWN: N_("Ulica o tej nazwie jest w kilku miejscowościach. Wpisz też miejscowość."),
    Doubt.NUMBER: N_("Nie umiemy odczytać numeru domu. Wpisz go na przykład tak: 12 albo 12a."),
    Doubt.YEAR: N_("Tej ulicy nie ma w obwodach na ten rok szkolny."),
    Doubt.HOUSE: N_("Ulica jest w obwodach szkół, ale nie ma w nich tego numeru."),
    Doubt.SCHOOLS: N_("Ten adres jest w obwodach kilku szkół."),
}
FAULTS = {
    Fault.OVERLAP: N_("Ten sam numer w obwodach dwóch szkół"),
    Fault.VALIDITY: N_("Nowy wiersz zaczyna obowiązywać, zanim skończył się poprzedni"),
    Fault.TWICE: N_("Ten sam numer dwa razy w obwodzie jednej szkoły"),
    Fault.UNKNOWN_SCHOOL: N_("Ta placówka nie może mieć obwodu"),
    Fault.BACKWARDS: N_("Koniec jest przed początkiem"),
    Fault.GAP: N_("Numery między zakresami nie należą do żadnej szkoły"),
    Fault.ONE_SIDE: N_("Jest tylko jedna strona ulicy"),
}


def range_words(first: House | None, last: House | None) -> str:
    """From which house to which; empty when both ends are open."""
    if first and last:
        return str(first) if first == last else _("od %(first)s do %(last)s") % _ends(first, last)
    if first:
        return _("od %(first)s") % _ends(first, last)
    return _("do %(last)s") % _ends(first, last) if last else ""


def _ends(first: House | None, last: House | None) -> dict[str, House | None]:
    return {"first": first, "last": last}


def span_words(span: Span) -> str:
    """The numbers of a segment."""
    found = range_words(span.first, span.last)
    return f"{_(NUMBERS[span.parity])} {found}" if found else _(ALL_NUMBERS[span.parity])


def place_words(segment: Segment) -> str:
    """The street of a segment with its place, or the place alone."""
    return ", ".join(one for one in (segment.street, segment.locality) if one)


def years_words(segment: Segment) -> str:
    """For which school years it holds."""
    first = year_name(segment.valid_from)
    if segment.valid_to is None:
        return _("od %(first)s") % {"first": first}
    last = year_name(segment.valid_to)
    if first == last:
        return first
    return _("od %(first)s do %(last)s") % {"first": first, "last": last}


def houses_words(found: Finding) -> str:
    """The houses that a finding is about; empty where none can be named."""
    return range_words(found.first if found.first != House(0) else None, found.last)
