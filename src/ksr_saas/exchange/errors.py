"""Refusals around files that come in."""

from ksr_saas.kernel.errors import N_, KsrError


class Unreadable(KsrError):
    """The file is not a table that can be read; nothing of it is kept."""

    status = 422
    code = "unreadable-table"
    title = N_("Nie udało się odczytać pliku")
    message = N_("To nie jest tabela. Zapisz arkusz jako CSV albo XLSX i wyślij go jeszcze raz.")


class EmptyTable(Unreadable):
    """There is nothing to read."""

    code = "empty-table"
    message = N_("W pliku nie ma ani jednego wiersza z danymi.")


class TooBig(Unreadable):
    """More than is read at once."""

    code = "too-big-table"
    message = N_("Plik jest za duży. Najwyżej 5 MB, 20 000 wierszy i 100 kolumn.")


class UnknownEncoding(Unreadable):
    """The letters cannot be told."""

    code = "unknown-encoding"
    message = N_("Nie udało się odczytać liter. Zapisz plik jako CSV UTF-8 albo jako XLSX.")


class BrokenQuotes(Unreadable):
    """A quoted cell has no end: the file was cut, or quotes are missing."""

    code = "broken-quotes"
    message = N_("Plik się urywa albo brakuje w nim cudzysłowu. Zapisz go jeszcze raz.")


class NotAWorkbook(Unreadable):
    """It is called XLSX, or looks like it, and is not."""

    code = "not-a-workbook"
    message = N_("To nie jest plik XLSX. Otwórz go w arkuszu i zapisz jako XLSX albo CSV.")


class OldWorkbook(Unreadable):
    """XLS of before 2007, or a workbook with a password."""

    code = "old-workbook"
    message = N_("To stary plik XLS albo plik z hasłem. Zapisz go jako XLSX bez hasła albo CSV.")


class Macros(Unreadable):
    """A workbook that brings programs along."""

    code = "macros"
    message = N_("W pliku są makra. Zapisz go jako zwykły XLSX, bez makr, albo jako CSV.")


class NoHeading(Unreadable):
    """No column of the first row is known."""

    code = "no-heading"
    message = N_("Pierwszy wiersz nie jest nagłówkiem: nie ma w nim znanych nazw kolumn.")


class ColumnsMissing(Unreadable):
    """Columns without which nothing can be said of a row."""

    code = "columns-missing"
    message = N_("Brakuje kolumn: %(names)s.")


class ColumnTwice(Unreadable):
    """Two columns mean the same."""

    code = "column-twice"
    message = N_("Dwie kolumny znaczą to samo: %(names)s. Usuń jedną z nich.")


class PersonalData(Unreadable):
    """Names or numbers of children stand in a file that must not have any."""

    code = "personal-data"
    message = N_(
        "W pliku są dane osób (kolumna: %(names)s). Do importu nie są potrzebne. Usuń tę kolumnę "
        "i wyślij plik jeszcze raz. Nic z niego nie zapisaliśmy."
    )


class Faulty(KsrError):
    """Rows are wrong, so nothing at all is taken."""

    code = "faulty-rows"
    title = N_("Plik ma błędy")
    message = N_("Popraw wskazane wiersze i wyślij plik jeszcze raz. Nic się nie zmieniło.")


class ChangedMeanwhile(KsrError):
    """What was looked at is not what would happen now."""

    code = "changed-meanwhile"
    title = N_("Dane zmieniły się w międzyczasie")
    message = N_("Ktoś zmienił ofertę po sprawdzeniu pliku. Obejrzyj zmiany jeszcze raz.")


class TakenAlready(KsrError):
    """The same press twice."""

    code = "taken-already"
    title = N_("Ten plik jest już zapisany")
    message = N_("Nic więcej nie trzeba robić.")


class NothingChosen(KsrError):
    """No difference was ticked."""

    status = 422
    code = "nothing-chosen"
    title = N_("Nic nie zaznaczono")
    message = N_("Zaznacz co najmniej jedną zmianę.")
