"""What the office's pages call parts, states and changes."""

from ksr_saas.campaigns.levels import Level
from ksr_saas.kernel.errors import N_
from ksr_saas.rulebooks.differences import What
from ksr_saas.rulebooks.parts import Part
from ksr_saas.rulebooks.states import State

PARTS = {
    Part.BASICS: N_("Podstawowe ustawienia"),
    Part.CRITERIA: N_("Kryteria"),
    Part.EXCLUSIONS: N_("Wykluczenia"),
    Part.MAXIMA: N_("Limity punktów"),
    Part.TIES: N_("Równe punkty"),
    Part.QUOTAS: N_("Rezerwacje miejsc"),
    Part.DATES: N_("Terminy"),
}
ONE = {
    Part.CRITERIA: N_("Kryterium"),
    Part.EXCLUSIONS: N_("Wykluczenie"),
    Part.MAXIMA: N_("Limit punktów"),
    Part.QUOTAS: N_("Rezerwacja miejsc"),
}
NEW = {
    Part.CRITERIA: N_("Nowe kryterium"),
    Part.EXCLUSIONS: N_("Nowe wykluczenie"),
    Part.MAXIMA: N_("Nowy limit punktów"),
    Part.QUOTAS: N_("Nowa rezerwacja miejsc"),
}
ABOUT = {
    Part.EXCLUSIONS: N_(
        "Kryteria, z których liczy się tylko jedno, to z największą liczbą punktów."
    ),
    Part.MAXIMA: N_("Kryteria, które razem dają najwyżej tyle punktów."),
    Part.TIES: N_("Co rozstrzyga, gdy dzieci mają tyle samo punktów, po kolei."),
    Part.QUOTAS: N_("Miejsca w każdym oddziale dla dzieci, które spełniają kryterium."),
    Part.DATES: N_("Czas polski, co do minuty. Etap bez rodzaju nie zostanie zapisany."),
}
STATES = {
    State.DRAFT: (N_("szkic"), "wait"),
    State.WAITING: (N_("czeka na drugą osobę"), "wait"),
    State.IN_FORCE: (N_("obowiązuje"), "ok"),
    State.REFUSED: (N_("odmowa"), "stop"),
    State.DROPPED: (N_("odrzucona"), "info"),
    State.REPLACED: (N_("obowiązywała"), "info"),
}
WHAT = {
    What.ADDED: N_("dodane"),
    What.REMOVED: N_("usunięte"),
    What.CHANGED: N_("zmienione"),
    What.MOVED: N_("inna kolejność"),
}
LEVELS = {
    Level.PRESCHOOL: N_("przedszkola"),
    Level.PRIMARY: N_("szkoły podstawowe"),
    Level.SECONDARY: N_("szkoły ponadpodstawowe"),
}
