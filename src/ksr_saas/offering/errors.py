"""Refusals around offers."""

from ksr_saas.kernel.errors import N_, KsrError


class OfferNotYours(KsrError):
    """The offer is with the city, or accepted: it is not being written now."""

    code = "offer-not-writable"
    title = N_("Tej oferty nie można teraz zmieniać")
    message = N_(
        "Oferta jest zamknięta albo przyjęta. Nic nie zapisaliśmy. Wróć do oferty: tam widać, "
        "co można zrobić."
    )


class OfferBlocked(KsrError):
    """Something is missing from the offer; its page says what."""

    code = "offer-blocked"
    title = N_("Oferta nie jest jeszcze gotowa")
    message = N_("Wróć do oferty: jest tam lista rzeczy do poprawienia.")


class OfferChanged(KsrError):
    """Somebody changed the offer since the page was shown."""

    code = "offer-changed"
    title = N_("Oferta zmieniła się w międzyczasie")
    message = N_("Nic nie zrobiliśmy. Obejrzyj ofertę jeszcze raz, zanim zdecydujesz.")


class BelowQualified(KsrError):
    """Children have these seats already."""

    code = "below-qualified"
    title = N_("Za mało miejsc")
    message = N_(
        "Miejsc nie może być mniej niż %(lowest)s: dzieci, które zostają, jest %(continuing)s, "
        "a zakwalifikowanych %(qualified)s."
    )


class CodeTaken(KsrError):
    """Another unit of the offer is called so by now."""

    code = "code-taken"
    title = N_("Ten symbol jest zajęty")
    message = N_("Symbol „%(code)s” ma już inny oddział tej oferty.")


class UnitWanted(KsrError):
    """Families asked for the unit, or it took part in an allocation."""

    code = "unit-wanted"
    title = N_("Tego nie można usunąć")
    message = N_(
        "Rodzice już to wskazali we wnioskach albo brało udział w przydziale. Zmień liczbę miejsc."
    )


class OfferWanted(KsrError):
    """Families asked for its units, so it may not vanish from their eyes."""

    code = "offer-wanted"
    title = N_("Tej oferty nie można otworzyć ponownie")
    message = N_(
        "Rodzice już wskazali ją we wnioskach, a otwarta oferta znika z listy. "
        "Zmień oddział z podaniem powodu albo poczekaj na prośbę placówki."
    )


class RequestWaits(KsrError):
    """One request about this unit waits for the city already."""

    code = "request-waits"
    title = N_("Prośba o zmianę już czeka")
    message = N_("Miasto jeszcze nie odpowiedziało na poprzednią prośbę w tej sprawie.")


class NoNewOffers(KsrError):
    """The city closed the institution for new offers."""

    code = "no-new-offers"
    title = N_("Placówka nie składa nowych ofert")
    message = N_("Urząd zamknął tę placówkę dla nowych ofert. W razie pomyłki zadzwoń do urzędu.")
