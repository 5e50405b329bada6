"""What columns are called; the first name of each is the one that people read. Pure.

The names are data of the files, not words of ours, so they are the same in every language.
"""

Names = dict[str, tuple[str, ...]]

OFFER: Names = {
    "code": ("kod placówki", "symbol placówki", "school_id", "institution_code"),
    "rspo": ("numer RSPO", "RSPO", "nr RSPO"),
    "regon": ("REGON",),
    "nip": ("NIP",),
    "kind": ("typ placówki", "typ", "school_kind"),
    "organ": ("organ prowadzący", "organ"),
    "name": ("nazwa placówki", "placówka", "school_name"),
    "short_name": ("skrót nazwy", "nazwa skrócona"),
    "street": ("ulica", "ulica i numer"),
    "postal_code": ("kod pocztowy", "postal_code"),
    "town": ("miejscowość", "town", "city"),
    "address": ("adres", "address"),
    "district": ("dzielnica", "osiedle", "district"),
    "teryt": ("TERYT", "kod terytorialny gmina", "TERYT gminy"),
    "lat": ("szerokość geograficzna", "latitude", "lat"),
    "lon": ("długość geograficzna", "longitude", "lon"),
    "phone": ("telefon", "phone"),
    "email": ("e-mail", "adres e-mail"),
    "website": ("strona www", "www", "website"),
    "hours": ("godziny", "godziny otwarcia"),
    "iban": ("numer konta", "rachunek", "IBAN"),
    "unit_code": ("kod oddziału", "kod grupy", "symbol oddziału", "class_id"),
    "unit_name": ("nazwa oddziału", "nazwa grupy", "oddział", "grupa", "class_name"),
    "unit_kind": ("rodzaj oddziału", "typ oddziału", "rodzaj grupy", "class_kind"),
    "group": ("wspólny oddział", "oddział wspólny", "klasa"),
    "pool": ("pula", "pula miejsc"),
    "capacity": ("liczba miejsc", "miejsca", "places"),
    "continuing": ("dzieci kontynuujące", "kontynuujące"),
    "birth_years": ("roczniki", "rok urodzenia"),
    "first_languages": ("pierwszy język", "języki pierwsze", "first_languages"),
    "second_languages": ("drugi język", "języki drugie", "second_languages"),
    "subject_1": ("przedmiot punktowany 1", "scored_subject_1"),
    "subject_2": ("przedmiot punktowany 2", "scored_subject_2"),
    "subject_3": ("przedmiot punktowany 3", "scored_subject_3"),
    "subject_4": ("przedmiot punktowany 4", "scored_subject_4"),
    "extended": ("przedmioty rozszerzone", "rozszerzenia"),
    "occupations": ("zawody", "zawód"),
    "prerequisites": ("wymagania", "wymagania dodatkowe"),
}
CONTINUING: Names = {
    "code": OFFER["code"],
    "rspo": OFFER["rspo"],
    "unit_code": OFFER["unit_code"],
    "continuing": (*OFFER["continuing"], "liczba dzieci", "liczba"),
}
# As in the public export of the register.
REGISTER: Names = {
    "rspo": ("Numer RSPO", "RSPO"),
    "regon": ("REGON",),
    "nip": ("NIP",),
    "kind": ("Typ", "Typ podmiotu"),
    "name": ("Nazwa", "Nazwa placówki"),
    "street": ("Ulica",),
    "house": ("Numer budynku",),
    "flat": ("Numer lokalu",),
    "postal_code": ("Kod pocztowy",),
    "town": ("Miejscowość",),
    "phone": ("Telefon",),
    "email": ("E-mail",),
    "website": ("Strona www",),
    "teryt": ("Kod terytorialny gmina",),
    "simc": ("Kod terytorialny miejscowość",),
    "ulic": ("Kod terytorialny ulica",),
    "public": ("Publiczność status",),
    "closed": ("Data likwidacji",),
}
