"""What is done in each stage and by whom, as everybody reads it."""

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
