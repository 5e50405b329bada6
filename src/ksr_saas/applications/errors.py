"""Refusals around an application; nothing has changed when one is raised."""

from typing import ClassVar

from ksr_saas.kernel.errors import N_, KsrError


class Incomplete(KsrError):
    """The application lacks something the act or the municipality asks for."""

    status = 422
    code = "incomplete"
    title = N_("Wniosek nie jest jeszcze kompletny")
    message = N_("Wróć do listy zadań i uzupełnij części oznaczone „Do zrobienia”.")


class DeadlinePassed(KsrError):
    """Applications are not taken now."""

    code = "deadline-passed"
    title = N_("Termin minął")
    message = N_(
        "Składanie wniosków jest zamknięte od: %(ended)s. Tego, co masz zapisane, nie usuwamy."
    )
    next_step = N_("O możliwości udziału w rekrutacji uzupełniającej informuje strona rekrutacji.")


class ChangeTooLate(KsrError):
    """A change was not handed in while applications were taken."""

    code = "change-too-late"
    title = N_("Termin zmian minął")
    message = N_("Zmian nie złożono w terminie. Obowiązuje wniosek, który złożono wcześniej.")


class NotYetOpen(KsrError):
    """Applications are not taken yet."""

    code = "not-yet-open"
    title = N_("Wnioski można składać później")
    message = N_("Składanie wniosków zaczyna się: %(starts)s.")


class ChildAlreadyIn(KsrError):
    """Another application for the same child is in force; nobody is told whose."""

    code = "child-already-in"
    title = N_("Dla tego dziecka złożono już wniosek")
    message = N_(
        "W tej rekrutacji dziecko może mieć jeden wniosek. Jeżeli złożył go drugi rodzic, "
        "to ten wniosek jest ważny. Twoja wersja robocza zostaje zapisana."
    )
    next_step = N_(
        "Poproś drugiego rodzica o link do wspólnej sprawy. Jeżeli to niemożliwe albo to pomyłka, "
        "zgłoś się z dokumentem do placówki."
    )


class ChangedMeanwhile(KsrError):
    """The other guardian, or another window, saved the same page since it was opened."""

    code = "changed-meanwhile"
    title = N_("Ta strona zmieniła się w międzyczasie")
    message = N_(
        "Ktoś z dostępem do sprawy zapisał ją, gdy była u Ciebie otwarta. Niczego nie nadpisaliśmy."
    )
    next_step = N_("Wróć do poprzedniej strony, zobacz, co jest teraz, i wpisz to, czego brakuje.")


class TooManyChildren(KsrError):
    """More children described in a day than a family has, even with mistakes."""

    status = 429
    code = "too-many-children"
    title = N_("Za dużo zmian danych dziecka jednego dnia")
    message = N_(
        "W ciągu doby można 30 razy wpisać inne dziecko: inne imię, nazwisko, numer albo datę "
        "urodzenia. Tej zmiany nie zapisaliśmy. Spróbuj jutro."
    )
    next_step = N_("Jeżeli to pilne, złóż wniosek na papierze w placówce pierwszego wyboru.")


class TooManyWishes(KsrError):
    """The rulebook allows no more preferences."""

    status = 422
    code = "too-many-wishes"
    title = N_("Lista jest pełna")
    message = N_("Liczba placówek, które można wybrać: %(most)s. Usuń jedną, żeby dodać inną.")


class CannotCoSign(KsrError):
    """The second signature is the other parent's, while the application waits for its check."""

    code = "cannot-co-sign"
    title = N_("Nie możesz teraz podpisać tego wniosku")
    message = N_(
        "Drugi podpis składa drugi rodzic, z własnego logowania, dopóki wniosek czeka na "
        "sprawdzenie."
    )


class OnlyOwnSchool(KsrError):
    """In the phase of the catchment the list holds another school than the child's own."""

    status = 422
    code = "only-own-school"
    title = N_("Teraz można zgłosić dziecko tylko do szkoły z jego obwodu")
    message = N_(
        "Na liście jest inna szkoła. Wnioski do innych szkół przyjmujemy w następnym etapie."
    )
    next_step = N_("Usuń z listy inne szkoły. Zapisany wniosek możesz złożyć też później.")


class OwnSchoolLast(KsrError):
    """The rules want the school of the catchment at the end of the list."""

    status = 422
    code = "own-school-last"
    title = N_("Listę musi zamykać szkoła z obwodu dziecka")
    message = N_(
        "Do tej szkoły dziecko zostanie przyjęte na pewno. Dlatego musi być na liście, na końcu."
    )
    next_step = N_("Wróć do wybranych placówek i ustaw ją jako ostatnią.")


class BadFile(KsrError):
    """The file cannot be taken; `message` depends on why."""

    status = 422
    code = "bad-file"
    title = N_("Tego pliku nie można dodać")
    message = N_("Dodaj plik PDF albo zdjęcie JPG, PNG lub HEIC, do 10 MB.")

    WHY: ClassVar = {
        "empty": N_("Plik jest pusty. Wybierz inny."),
        "cut-off": N_("Plik PDF jest uszkodzony albo niepełny. Zapisz go jeszcze raz."),
        "encrypted": N_("Plik PDF ma hasło. Zapisz go bez hasła i dodaj jeszcze raz."),
        "pages": N_("Plik PDF ma za dużo stron, najwyżej 60. Dodaj tylko potrzebne strony."),
        "picture": N_("Zdjęcie jest uszkodzone. Zrób je jeszcze raz."),
        "pixels": N_("Zdjęcie jest za duże. Zrób je w mniejszej rozdzielczości."),
        "too-hard": N_("Tego pliku nie udało się przetworzyć. Zrób zdjęcie dokumentu i dodaj je."),
        "too-many": N_("Do wniosku można dodać najwyżej 15 plików. Usuń zbędne."),
    }

    @property
    def advice(self) -> str:
        """What to do, by what is wrong: a Polish source text."""
        return self.WHY.get(str(self), self.message)
