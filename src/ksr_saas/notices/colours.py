"""Whether a city's colours can be read. Pure.

Contrast is that of WCAG 2.2: SC 1.4.3 for text, 1.4.11 for what is none. sRGB by IEC 61966-2-1.
"""

import colorsys
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

import msgspec

TEXT, INTERFACE = 4.5, 3.0
LINEAR_BELOW = 0.04045
HEX = re.compile(r"#[0-9a-f]{6}")
SHORT = re.compile(r"#[0-9a-f]{3}")
STEPS = 255

# The light scheme of house.css; in the dark one none of the city's colours carries text or an
# outline of its own but the button, whose two colours are the same there.
HOUSE = {"paper": "#ffffff", "ink": "#16191d", "muted": "#4d5560", "link": "#0b4f8a"}

Field = Literal["brand", "brand_ink", "brand_soft"]


class Colours(msgspec.Struct, frozen=True):
    """The three colours of a city, each `#rrggbb`: its own, text on it, a tint."""

    brand: str
    brand_ink: str
    brand_soft: str

    @property
    def address(self) -> str:
        """The three in a row, without the signs that mean something in an address."""
        return "-".join(one[1:] for one in (self.brand, self.brand_ink, self.brand_soft))

    def value(self, name: str) -> str:
        """A colour of the city or of the house."""
        return HOUSE.get(name) or str(getattr(self, name))


class Pair(msgspec.Struct, frozen=True):
    """Two colours that meet in the styles, and the contrast they need.

    `fields` are the colours whose business it is: a tint goes by the brand, not the other way.
    """

    code: str
    front: str
    back: str
    needed: float
    fields: tuple[Field, ...]


class Seen(msgspec.Struct, frozen=True):
    """A pair with the city's colours in it."""

    pair: Pair
    front: str
    back: str
    ratio: float

    @property
    def enough(self) -> bool:
        """Whether it can be read, or seen."""
        return self.ratio >= self.pair.needed


class Wanting(msgspec.Struct, frozen=True):
    """A pair that is too faint, and the change that mends it; `proposed` is "" where none does."""

    seen: Seen
    field: Field
    proposed: str


PAIRS = (
    Pair("button", "brand_ink", "brand", TEXT, ("brand", "brand_ink")),
    Pair("line", "brand", "paper", INTERFACE, ("brand",)),
    Pair("tint", "ink", "brand_soft", TEXT, ("brand_soft",)),
    Pair("tint-quiet", "muted", "brand_soft", TEXT, ("brand_soft",)),
    Pair("tint-link", "link", "brand_soft", TEXT, ("brand_soft",)),
    Pair("tint-line", "brand", "brand_soft", INTERFACE, ("brand_soft",)),
)


def read(typed: str) -> str | None:
    """`#rrggbb` of what somebody typed: "A8132A", "#fff"; None where it is no colour."""
    said = "#" + typed.strip().lower().removeprefix("#")
    if SHORT.fullmatch(said):
        said = "#" + "".join(2 * letter for letter in said[1:])
    return said if HEX.fullmatch(said) else None


def of_address(told: str) -> Colours | None:
    """The colours of `Colours.address`; None for anything else."""
    parts = [f"#{one}" for one in told.split("-")]
    if len(parts) != len(Colours.__struct_fields__) or not all(map(HEX.fullmatch, parts)):
        return None
    return Colours(*parts)


@lru_cache(maxsize=1024)
def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def seen(colours: Colours) -> tuple[Seen, ...]:
    """Every pair of the styles with these colours in it."""
    return tuple(_seen(pair, colours) for pair in PAIRS)


def wanting(colours: Colours) -> tuple[Wanting, ...]:
    """The pairs that are too faint, each with the smallest change of one colour that mends it."""
    return tuple(_mended(one, colours) for one in seen(colours) if not one.enough)


def nearest(colour: str, passes: Callable[[str], bool]) -> tuple[int, str] | None:
    """The same hue, as little darker or lighter as passes, with the number of steps taken.

    A step is 1/255 of lightness (HSL). None where neither black nor white would do.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    for step in range(1, STEPS + 1):
        for moved in (lightness - step / STEPS, lightness + step / STEPS):
            found = _hex(colorsys.hls_to_rgb(hue, min(1.0, max(0.0, moved)), saturation))
            if passes(found):
                return step, found
    return None


def _mended(one: Seen, colours: Colours) -> Wanting:
    found: list[tuple[int, Field, str]] = []
    for field in one.pair.fields:
        met = [pair for pair in PAIRS if field in pair.fields]
        best = nearest(colours.value(field), _passing(field, colours, met))
        if best:
            found.append((best[0], field, best[1]))
    if not found:
        # No brand goes with this text: a brand that can be seen first, then a text for it.
        field = one.pair.fields[0]
        best = nearest(colours.value(field), _passing(field, colours, [one.pair]))
        return Wanting(one, field, best[1] if best else "")
    _, field, proposed = min(found, key=lambda way: way[0])
    return Wanting(one, field, proposed)


def _passing(field: Field, colours: Colours, met: Sequence[Pair]) -> Callable[[str], bool]:

    def passes(candidate: str) -> bool:
        changes: Mapping[str, str] = {field: candidate}
        changed = msgspec.structs.replace(colours, **changes)
        return all(_seen(pair, changed).enough for pair in met)

    return passes


def _seen(pair: Pair, colours: Colours) -> Seen:
    front, back = colours.value(pair.front), colours.value(pair.back)
    return Seen(pair, front, back, contrast(front, back))


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
