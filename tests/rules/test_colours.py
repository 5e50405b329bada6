"""Contrast against published values, the pairs of the styles, the nearest colour that passes."""

import colorsys
import re
from itertools import product
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ksr_saas.notices import colours
from ksr_saas.notices.colours import HOUSE, INTERFACE, PAIRS, TEXT, Colours, contrast
from ksr_saas.notices.views import exact

CSS = Path(colours.__file__).parents[1] / "static" / "css" / "house.css"
GOOD = Colours("#a8132a", "#ffffff", "#fbe9ec")
ANY = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        # WCAG 2.2, understanding SC 1.4.3 and its techniques; WebAIM's checker.
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#949494", "#ffffff", 3.03),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
        ("#00ff00", "#ffffff", 1.37),
        ("#ffff00", "#ffffff", 1.07),
    ],
)
def test_contrast_is_the_published_one_both_ways_round(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_a_ratio_is_never_rounded_up_to_what_is_enough():
    assert str(exact(4.4999)) == "4.49"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("#a8132a", "#a8132a"),
        (" A8132A ", "#a8132a"),
        ("#fff", "#ffffff"),
        ("0b4f8a", "#0b4f8a"),
        ("", None),
        ("red", None),
        ("#a8132", None),
        ("#a8132a;}", None),
        ("rgb(1,2,3)", None),
    ],
)
def test_a_colour_is_read_as_people_write_it(typed, read):
    assert colours.read(typed) == read


def test_an_address_names_three_colours_and_nothing_else():
    assert colours.of_address(GOOD.address) == GOOD
    for wrong in ("", "a8132a", "a8132a-ffffff", "a8132a-ffffff-fbe9ec-0", "a8132a-ffffff-fbe9e;"):
        assert colours.of_address(wrong) is None


def test_the_colours_of_the_house_are_those_of_its_styles():
    light = re.search(r":root \{(.*?)\}", CSS.read_text(), re.DOTALL)[1]
    styles = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", light))
    assert {name: colours.read(styles[name]) for name in HOUSE} == HOUSE


def test_text_needs_more_than_lines():
    assert {pair.code: pair.needed for pair in PAIRS} == {
        "button": TEXT,
        "line": INTERFACE,
        "tint": TEXT,
        "tint-quiet": TEXT,
        "tint-link": TEXT,
        "tint-line": INTERFACE,
    }


def test_colours_that_can_be_read_want_nothing():
    assert colours.wanting(GOOD) == ()
    assert len(colours.seen(GOOD)) == len(PAIRS)


def test_a_colour_that_is_too_light_is_met_by_the_nearest_that_passes():
    faint = msgspec.structs.replace(GOOD, brand="#ff6677")
    one, *_ = colours.wanting(faint)
    assert (one.seen.pair.code, one.field) == ("button", "brand")
    assert contrast(one.proposed, "#ffffff") >= TEXT
    hue = colorsys.rgb_to_hls
    one_hue, another = (hue(*colours._parts(c))[0] for c in ("#ff6677", one.proposed))
    assert one_hue == pytest.approx(another, abs=0.02)
    # A step before it would not do.
    lighter = colours.nearest(one.proposed, lambda found: contrast(found, "#ffffff") < TEXT)
    assert lighter[0] <= 2


def test_the_text_is_changed_where_no_other_brand_would_do():
    one, *_ = colours.wanting(msgspec.structs.replace(GOOD, brand_ink=GOOD.brand))
    assert (one.seen.pair.code, one.field) == ("button", "brand_ink")


def test_a_dark_tint_is_made_lighter():
    found = colours.wanting(msgspec.structs.replace(GOOD, brand_soft="#c07080"))
    assert {one.field for one in found} == {"brand_soft"}
    assert {one.proposed for one in found} != {""}


@settings(deadline=None, max_examples=60)
@given(ANY, ANY, ANY)
def test_taking_what_is_proposed_always_leads_to_colours_that_can_be_read(brand, ink, soft):
    chosen = Colours(brand, ink, soft)
    for _ in range(5):
        found = [one for one in colours.wanting(chosen) if one.proposed]
        if found:
            chosen = msgspec.structs.replace(chosen, **{found[0].field: found[0].proposed})
    assert colours.wanting(chosen) == ()


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#808080", "#ffcf33"])
def test_every_pair_is_either_enough_or_wanting(colour):
    for ink, soft in product((colour, "#123456"), repeat=2):
        chosen = Colours(colour, ink, soft)
        wanting = {one.seen.pair.code for one in colours.wanting(chosen)}
        enough = {one.pair.code for one in colours.seen(chosen) if one.enough}
        assert wanting | enough == {pair.code for pair in PAIRS}
        assert not wanting & enough
