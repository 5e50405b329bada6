"""What pages show of a city's look."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

import msgspec

from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _
from ksr_saas.notices import colours
from ksr_saas.notices.colours import INTERFACE, Colours
from ksr_saas.notices.queries import LookVersion

HUNDREDTH = Decimal("0.01")
PAIR_WORDS = {
    "button": N_("Napis na przycisku"),
    "line": N_("Przycisk, linia nagłówka i znak bieżącego miejsca na białym tle"),
    "tint": N_("Tekst na jasnym tle aktualności"),
    "tint-quiet": N_("Data na jasnym tle aktualności"),
    "tint-link": N_("Link na jasnym tle aktualności"),
    "tint-line": N_("Linia przy jasnym tle aktualności"),
}


class PairView(msgspec.Struct, frozen=True):
    """A pair of colours as a sample; `is_text` tells letters from lines."""

    words: str
    front: str
    back: str
    ratio: Decimal
    needed: Decimal
    enough: bool
    is_text: bool


class LookLine(msgspec.Struct, frozen=True):
    """A saved look in the list of versions."""

    number: int
    at: datetime
    author: str
    brand: str
    brand_ink: str
    brand_soft: str


def pair_words(code: str) -> str:
    """What a pair of colours is, in the reader's language."""
    return _(PAIR_WORDS[code])


def exact(ratio: float) -> Decimal:
    """A ratio to two places and never rounded up: 4.499 is not enough, and does not look so."""
    return Decimal(str(ratio)).quantize(HUNDREDTH, ROUND_DOWN)


def pairs(chosen: Colours) -> list[PairView]:
    """Every pair that the styles use, with its contrast."""
    return [
        PairView(
            pair_words(one.pair.code),
            one.front,
            one.back,
            exact(one.ratio),
            exact(one.pair.needed),
            one.enough,
            one.pair.needed > INTERFACE,
        )
        for one in colours.seen(chosen)
    ]


def look_lines(versions: Sequence[LookVersion]) -> list[LookLine]:
    """The saved looks, in the order given."""
    return [
        LookLine(
            one.look.number,
            one.look.created_at,
            one.author,
            one.look.brand,
            one.look.brand_ink,
            one.look.brand_soft,
        )
        for one in versions
    ]
