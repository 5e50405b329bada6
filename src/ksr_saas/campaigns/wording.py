"""What is done in each stage and by whom, as everybody reads it; why times are not taken."""

from ksr_saas.campaigns.rules import Wrong
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.kernel.errors import N_

FAMILIES = N_("rodzice")
INSTITUTIONS = N_("placówki")
COMMISSIONS = N_("komisje rekrutacyjne w placówkach")
OFFICE = N_("urząd")

STAGE_WORDS: dict[StageCode, tuple[str, str]] = {
    StageCode.RULES: (N_("Urząd ogłasza terminy, kryteria i punkty."), OFFICE),
    StageCode.CONTINUATION: (
        N_("Rodzice dzieci, które już chodzą do placówki, potwierdzają, że dziecko zostaje."),
        FAMILIES,
    ),
    StageCode.OFFER: (
        N_("Placówki podają wolne miejsca, a rodzice mogą je przejrzeć."),
        INSTITUTIONS,
    ),
    StageCode.CATCHMENT: (N_("Rodzice zgłaszają dziecko do szkoły ze swojego obwodu."), FAMILIES),
    StageCode.SUBMISSION: (
        N_("Rodzice składają wnioski. Kolejność zgłoszeń nie ma znaczenia."),
        FAMILIES,
    ),
    StageCode.TESTS: (N_("Kandydaci zdają sprawdziany, jeżeli wymaga ich oddział."), INSTITUTIONS),
    StageCode.CERTIFICATES: (
        N_("Kandydaci uzupełniają wniosek o świadectwo i wynik egzaminu."),
        FAMILIES,
    ),
    StageCode.VERIFICATION: (
        N_("Komisja sprawdza wnioski i dokumenty. Może poprosić o poprawkę."),
        COMMISSIONS,
    ),
    StageCode.RESULTS: (N_("Ogłaszamy, które dzieci dostały miejsce."), COMMISSIONS),
    StageCode.CONFIRMATION: (
        N_("Rodzice potwierdzają, że dziecko będzie chodzić do przyznanej placówki."),
        FAMILIES,
    ),
    StageCode.RESIGNATION: (
        N_("Rodzice, którzy nie chcą przyznanego miejsca, mogą z niego zrezygnować."),
        FAMILIES,
    ),
    StageCode.ADMISSION: (N_("Komisja ogłasza listę dzieci przyjętych."), COMMISSIONS),
    StageCode.INDICATION: (
        N_("Urząd wskazuje miejsce dzieciom, które go nie dostały."),
        OFFICE,
    ),
    StageCode.SUPPLEMENTARY: (
        N_("Rodzice mogą starać się o miejsca, które zostały wolne."),
        FAMILIES,
    ),
}

# Why a day and an hour cannot be taken, where they are typed.
WRONG_WORDS = {
    Wrong.UNREADABLE: N_("Wpisz dzień i godzinę, na przykład 31.03.2027 i 15:00."),
    Wrong.NO_SUCH_HOUR: N_(
        "Takiej godziny nie ma: tej nocy zegary przestawia się z 2:00 na 3:00. "
        "Wybierz godzinę przed 2:00 albo od 3:00."
    ),
    Wrong.TWICE: N_(
        "Ta godzina wypada dwa razy: tej nocy zegary cofa się z 3:00 na 2:00. "
        "Wybierz godzinę przed 2:00 albo od 3:00."
    ),
    Wrong.BACKWARDS: N_("Koniec musi być później niż początek."),
    Wrong.PAST_START: N_("Początek musi być w przyszłości."),
    Wrong.PAST_END: N_(
        "Koniec musi być w przyszłości. "
        "Etap, który trwa, możesz zakończyć od razu na stronie „Postęp”."
    ),
    Wrong.SAME: N_("To są te same terminy co teraz. Zmień dzień albo godzinę."),
    Wrong.HOURS: N_("Wpisz liczbę godzin od 1 do 72."),
    Wrong.AFTER_CHECK: N_(
        "Tyle nie można: komisje muszą zdążyć sprawdzić te wnioski. Najpierw przesuń sprawdzanie."
    ),
}
