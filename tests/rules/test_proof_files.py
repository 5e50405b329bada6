"""Proof files are judged by their content, made harmless, and refused in words that help."""

import io

import pikepdf
import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from ksr_saas.applications import cleaning
from ksr_saas.applications.cleaning import ACTING_KEYS
from ksr_saas.applications.errors import BadFile
from ksr_saas.applications.kept_files import Cleaned, Refused
from ksr_saas.applications.uploads import LARGEST, cleaned, is_picture, named
from ksr_saas.kernel.errors import TooLarge
from tests.factories.pictures import a_picture

register_heif_opener()
BOMB = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xc3P\x00\x00\xc3P\x08\x02\x00\x00\x00"


def a_document(change=lambda pdf: None, pages=1, **saved):
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(200, 200))
        change(pdf)
        pdf.save(out, **saved)
    return out.getvalue()


def an_action(kind):
    return pikepdf.Dictionary(S=pikepdf.Name(kind), JS=pikepdf.String("app.alert(1)"), F="a.exe")


def acting(pdf):
    """Everything that acts by itself, in every place we know of."""
    pdf.Root.OpenAction = an_action("/JavaScript")
    pdf.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=["a", pdf.make_indirect(an_action("/JavaScript"))])
    )
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=[])
    pdf.pages[0].AA = pikepdf.Dictionary(O=an_action("/Launch"))
    pdf.pages[0].Annots = [
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9],
            A=an_action("/Launch"),
        )
    ]  # fmt: skip
    pdf.attachments["secret.exe"] = b"MZ"
    pdf.docinfo["/Author"] = "Joanna Nowicka"


def keys_of(content):
    """Every key and every kind of action in a document."""
    found = set()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        waiting = [*pdf.objects]
        while waiting:
            one = waiting.pop()
            if isinstance(one, pikepdf.Array):
                waiting += [x for x in one if isinstance(x, pikepdf.Object) and not x.is_indirect]
            elif isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
                found |= set(one.keys()) | {str(one.get("/S", ""))}
                waiting += [
                    x
                    for x in map(one.get, one.keys())
                    if isinstance(x, pikepdf.Object) and not x.is_indirect
                ]
    return found


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "HEIF"])
def test_a_picture_is_drawn_anew_without_what_the_phone_wrote(kind):
    written = Image.Exif()
    written[0x0112], written[0x010F] = 6, "Telefon Joanny"  # turned, made by
    sent = a_picture((120, 90), kind=kind, exif=written)
    assert is_picture(sent)
    kept = cleaning.clean([sent])
    assert isinstance(kept, Cleaned)
    assert kept.media_type == "image/jpeg"
    assert b"Telefon" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as made:
        assert not made.getexif()
        assert made.size == ((90, 120) if kind != "HEIF" else made.size)


def test_a_large_picture_becomes_as_large_as_a_page():
    kept = cleaning.clean([a_picture((5000, 3000), kind="JPEG")])
    with Image.open(io.BytesIO(kept.content)) as made:
        assert made.size == (2600, 1560)


def test_several_pictures_become_one_document():
    kept = cleaning.clean([a_picture((300, 400)), a_picture((400, 300), kind="JPEG")])
    assert kept.media_type == "application/pdf"
    with pikepdf.open(io.BytesIO(kept.content)) as pdf:
        assert len(pdf.pages) == 2


def test_a_document_loses_what_acts_by_itself_and_keeps_its_pages():
    sent = a_document(acting, pages=3)
    assert keys_of(sent) & {*ACTING_KEYS, "/Launch", "/JavaScript"}
    kept = cleaning.clean([sent])
    assert not keys_of(kept.content) & {*ACTING_KEYS, "/Launch", "/JavaScript"}
    assert b"Nowicka" not in kept.content
    with pikepdf.open(io.BytesIO(kept.content)) as pdf:
        assert len(pdf.pages) == 3
    assert cleaning.clean([sent]) == kept


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        ([a_document(encryption=pikepdf.Encryption(owner="a", user="b"))], "encrypted"),
        ([a_document(pages=61)], "pages"),
        ([b"%PDF-1.7\n1 0 obj\n%%EOF\n"], "cut-off"),
        ([BOMB], "picture"),
        ([a_picture()[:60]], "picture"),
        ([a_picture(), b"GIF89a"], "picture"),
    ],
)
def test_what_cannot_be_taken_says_why(contents, why):
    assert cleaning.clean(contents) == Refused(why)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00 a program named .pdf",
        b"%PDF-1.7 cut off",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"PK\x03\x04 a zip",
        a_picture(kind="GIF", colour=(10, 80, 160)),
    ],
)
def test_anything_else_is_refused_by_its_content(content):
    with pytest.raises(BadFile) as refusal:
        is_picture(content)
    assert refusal.value.advice


def test_a_file_above_ten_megabytes_is_refused_by_size():
    with pytest.raises(TooLarge):
        is_picture(b"%PDF-" + b"0" * LARGEST)


def test_a_file_keeps_the_familys_name_with_the_ending_of_what_it_became():
    assert named("orzeczenie.heic", "image/jpeg") == "orzeczenie.jpg"
    assert named("skan", "application/pdf") == "skan.pdf"
    assert named("", "application/pdf") == "plik.pdf"


async def test_files_sent_together_are_cleaned_in_a_process_of_their_own():
    sent = [a_picture((30, 40)), a_document(acting), a_picture((40, 30))]
    kept = await cleaned(sent)
    assert [(place, one.media_type) for place, one in kept] == [
        (0, "application/pdf"),
        (1, "application/pdf"),
    ]
    with pytest.raises(BadFile, match="picture"):
        await cleaned([BOMB])


async def test_a_file_that_eats_all_memory_kills_only_its_own_process(monkeypatch):
    monkeypatch.setattr("ksr_saas.applications.uploads.MODULE", "tests.factories.glutton")
    with pytest.raises(BadFile, match="too-hard"):
        await cleaned([a_picture()])


async def test_the_process_that_reads_files_knows_no_secret(monkeypatch):
    monkeypatch.setenv("KSR_SECRET", "a secret of the tests")
    monkeypatch.setattr("ksr_saas.applications.uploads.MODULE", "tests.factories.talkative")
    ((_, told),) = await cleaned([a_picture()])
    assert b"PATH" in told.content
    assert b"KSR_SECRET" not in told.content
