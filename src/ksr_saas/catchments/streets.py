"""Names of streets as people write them, brought to one form. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

import msgspec

BARRED = {0x142: "l"}  # the letter that is not made of another and a mark
WORD = re.compile(r"[a-z0-9]+")
ORDINAL = re.compile(r"\b(\d+)[\s-]*(?:go|ego|ej|szy|cia)\b")
STREET = "ul"
KINDS = {
    word: kind
    for kind, words in {
        STREET: ("ul", "ulica", "ulicy"),
        "al": ("al", "aleja", "aleje", "alei"),
        "pl": ("pl", "plac", "placu"),
        "os": ("os", "osiedle", "osiedla"),
    }.items()
    for word in words
}
# Titles are the same word in full and cut short; whether there is one still tells streets apart.
TITLES = {
    "generala": "gen",
    "ksiedza": "ks",
    "swietego": "sw",
    "swietej": "sw",
    "swietych": "sw",
    "doktora": "dr",
    "profesora": "prof",
    "pulkownika": "plk",
    "majora": "mjr",
    "kapitana": "kpt",
    "porucznika": "por",
    "marszalka": "marsz",
    "biskupa": "bp",
    "arcybiskupa": "abp",
    "kardynala": "kard",
    "prezydenta": "prez",
    "inzyniera": "inz",
    "hrabiego": "hr",
}
SHORT = frozenset(TITLES.values())
LIKE = 0.84  # how alike two names are, of 1, before one is offered for the other
MOST = 5  # names offered


def words_of(text: str) -> list[str]:
    """Words in small letters without marks, in the order in which they stand."""
    flat = unicodedata.normalize("NFKD", text.lower().translate(BARRED))
    bare = "".join(c for c in flat if not unicodedata.combining(c))
    return WORD.findall(ORDINAL.sub(r"\1", bare))


def plain(text: str) -> str:
    """A town's name as it is compared."""
    return " ".join(words_of(text))


class Street(msgspec.Struct, frozen=True):
    """A street as it is compared: `kind` is "ul", "al", "pl" or "os", empty where none was written.

    `name` holds the words in alphabetical order, because "Jana Pawła II" is also written "Pawła II
    Jana". Empty for an address without streets.
    """

    kind: str
    name: str

    @property
    def known_kind(self) -> str:
        """The kind of a street in a resolution, which leaves out that it is an ordinary one."""
        return self.kind or STREET


def street_of(text: str) -> Street:
    """The street that `text` names."""
    words = words_of(text)
    kind = KINDS.get(words[0], "") if len(words) > 1 else ""
    name = words[1:] if kind else words
    return Street(kind, " ".join(sorted(TITLES.get(one, one) for one in name)))


def bare(text: str) -> str:
    """A street as written without its kind, for putting streets in order."""
    first, _, rest = text.partition(" ")
    return rest if rest and KINDS.get(plain(first)) else text


def may_mean(typed: str, name: str) -> bool:
    """Whether a street typed so may be the one of this name; both are a Street's `name`.

    Titles may be missing and names cut to their first letter, but one whole word has to be shared:
    "gen. J. Bema" may mean "Józefa Bema". Good enough to be offered, never to be taken.
    """
    fewer, more = sorted(
        ([one for one in text.split() if one not in SHORT] for text in (typed, name)), key=len
    )
    if not any(len(one) > 1 and one in more for one in fewer):
        return False
    left = list(more)
    for one in sorted(fewer, key=len, reverse=True):
        found = next((other for other in left if _fits(one, other)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _fits(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def offered(typed: str, names: Iterable[str]) -> list[str]:
    """Names that whoever typed `typed` may have meant, the likeliest first; at most MOST."""
    there = sorted(set(names) - {typed, ""})
    found = [one for one in there if may_mean(typed, one)]
    alike = get_close_matches(typed, there, n=MOST, cutoff=LIKE)
    return list(dict.fromkeys([*found, *alike]))[:MOST]
