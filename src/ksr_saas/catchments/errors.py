"""Refusals around catchments."""

from ksr_saas.kernel.errors import N_, KsrError


class ShortCatchmentReason(KsrError):
    """A change of a catchment, or a decision on an address, is explained on the record."""

    status = 422
    code = "short-catchment-reason"
    title = N_("Brakuje uzasadnienia")
    message = N_("Napisz dlaczego: co najmniej 10 znaków.")


class SetChanged(KsrError):
    """Somebody has changed the catchments since the form was filled."""

    code = "catchments-changed"
    title = N_("Obwody zmieniły się w międzyczasie")
    message = N_("Ktoś inny zmienił obwody. Otwórz stronę jeszcze raz i sprawdź, co się zmieniło.")


class SetNotInOrder(KsrError):
    """A file with a row that cannot be taken is not taken at all."""

    status = 422
    code = "catchments-not-in-order"
    title = N_("Nic nie zapisano")
    message = N_("Plik ma wiersze do poprawy. Popraw je i sprawdź plik jeszcze raz.")


class WrongYears(KsrError):
    """A segment ends before it begins."""

    status = 422
    code = "wrong-years"
    title = N_("Nie ten rok szkolny")
    message = N_("Ostatni rok szkolny nie może być wcześniejszy niż pierwszy.")


class TooManyQuestions(KsrError):
    """Too many addresses were asked about from one network."""

    status = 429
    code = "too-many-questions"
    title = N_("Za dużo pytań naraz")
    message = N_("Spróbuj jeszcze raz za kwadrans albo zapytaj w urzędzie.")
