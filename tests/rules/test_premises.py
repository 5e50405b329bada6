"""What is typed of an institution, and the pictures of buildings."""

from io import BytesIO

import pytest
from litestar.datastructures import FormMultiDict
from PIL import Image

from ksr_saas.premises.errors import BadPhoto
from ksr_saas.premises.forms import Typed
from ksr_saas.premises.pictures import SIDES, photo
from tests.factories.pictures import a_picture

GOOD = {
    "nazwa": "Przedszkole nr 5",
    "symbol": "p005",
    "rodzaj": "preschool",
    "organ": "municipal",
    "ulica": "Polna 1",
    "kod": "50-001",
    "miejscowosc": "Wrocław",
    "szerokosc": "51,1",
    "dlugosc": "17.04",
}


def typed(**changes):
    form = FormMultiDict(list((GOOD | changes).items()))
    return Typed.read(form, city=True, stored=None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nazwa": "P"}, "nazwa"),
        ({"symbol": "P 005"}, "symbol"),
        ({"rodzaj": "zoo"}, "rodzaj"),
        ({"organ": ""}, "organ"),
        ({"kod": "50001"}, "kod"),
        ({"szerokosc": "na północy"}, "szerokosc"),
        ({"szerokosc": "91"}, "szerokosc"),
        ({"rspo": "12a"}, "rspo"),
        ({"regon": "123456789"}, "regon"),
        ({"nip": "1234567890"}, "nip"),
        ({"teryt": "0164011"}, "teryt"),
        ({"konto": "11 1111 1111 1111 1111 1111 1111"}, "konto"),
        ({"telefon": "zadzwoń"}, "telefon"),
        ({"email": "szkola@"}, "email"),
        ({"strona": "javascript:alert(1)"}, "strona"),
    ],
)
def test_a_wrong_field_is_named_at_its_place(changes, field):
    assert [one.field for one in typed(**changes).problems(city=True, has_photo=False)] == [field]


def test_a_good_form_has_no_problems_and_is_kept_in_one_way():
    form = typed(regon="123 456 785", konto="61109010140000071219812874", opis_uk="Привіт")
    assert not form.problems(city=True, has_photo=False)
    values = form.values(city=True)
    assert values["regon"] == "123456785"
    assert values["iban"] == "PL61109010140000071219812874"
    assert (values["lat"], values["lon"]) == (51.1, 17.04)
    assert values["about"] == {"uk": "Привіт"}


def test_a_picture_needs_words_for_those_who_do_not_see_it():
    (problem,) = typed().problems(city=True, has_photo=True)
    assert problem.field == "podpis_pl"


def test_a_picture_is_made_anew_in_two_sizes_and_tells_no_place():
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Aparat sekretarki"
    Image.new("RGB", (2000, 1000), (10, 90, 30)).save(out, "JPEG", exif=exif)
    made = photo(out.getvalue())
    assert [max(Image.open(BytesIO(one)).size) for one in made] == list(SIDES)
    assert all(b"Aparat" not in one for one in made)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00 program",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        a_picture((200, 200)),
        a_picture((9000, 400)),
        a_picture((7900, 7900), "PNG"),
        a_picture((800, 600), "JPEG")[:3000],
    ],
)
def test_what_is_no_picture_of_a_building_is_refused(content):
    with pytest.raises(BadPhoto):
        photo(content)
