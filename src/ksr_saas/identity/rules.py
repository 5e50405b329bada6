"""What a password must be, how long an account lives, what a browser calls itself: pure rules."""

from datetime import date, timedelta
from uuid import UUID

from zxcvbn import zxcvbn

from ksr_saas.identity.guessed_first import GUESSED_FIRST
from ksr_saas.kernel.errors import N_

SHORTEST = 12
LONGEST = 200
STRONG_ENOUGH = 3  # of 4: a thief of the hashes needs at least 10^8 guesses
JUDGED = 72  # characters; the estimate takes quadratic time

TOO_SHORT = N_("Hasło musi mieć co najmniej 12 znaków.")
TOO_LONG = N_("Hasło może mieć najwyżej 200 znaków.")
TOO_COMMON = N_(
    "To hasło łatwo zgadnąć. Najłatwiej zapamiętać i najtrudniej zgadnąć kilka "
    "przypadkowych słów, na przykład cztery."
)
LAST_MONTH_TO_RENEW_FOR_THIS_YEAR = 5
UNUSED = timedelta(days=30)


def password_problem(password: str, about: tuple[str, ...] = ()) -> str:
    """Why `password` cannot be taken, as a Polish source text; empty when it can.

    `about` is what a stranger knows of the person: login, names, town. No kinds of characters are
    demanded (NIST SP 800-63B 5.1.1.2); what is common or easily guessed is refused.
    """
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    known = [part for one in about for part in (one, *one.replace("@", " ").split()) if part]
    guess = zxcvbn(password[:JUDGED], user_inputs=[*known, *GUESSED_FIRST.split()])
    return "" if guess["score"] >= STRONG_ENOUGH else TOO_COMMON


def next_expiry(today: date) -> date:
    """The last day of an account made or renewed `today`: 31 August, from June on of next year."""
    this_year = today.month <= LAST_MONTH_TO_RENEW_FOR_THIS_YEAR
    return date(today.year if this_year else today.year + 1, 8, 31)


def is_unused(last: date | None, today: date) -> bool:
    """Whether staff last signed in so long ago that the account is locked.

    None is an account nobody has signed in to yet: its link works for two days.
    """
    return last is not None and today - last > UNUSED


# Order matters: most browsers also carry the names of others.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_family(user_agent: str) -> str:
    """The browser and its system without versions, "Firefox, Windows"; empty when unknown."""
    found = [
        next((name for mark, name in table if mark in user_agent), "")
        for table in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(one for one in found if one)


def may_lose_key(keys: int, *, authenticator: bool) -> bool:
    """Whether an account with so many passkeys may lose one: something must be left to show."""
    return keys > 1 or authenticator


def is_answered_by(owner: UUID, *, asked: UUID | None, user: bytes | None) -> bool:
    """Whether the key of account `owner` answers what was asked.

    `asked` is the account that has to show a key, None when the key says who comes; it does so by
    `user`, the account's id as the authenticator keeps it, which a named account's may leave out.
    """
    if asked is None:
        return user == owner.bytes
    return owner == asked and user in (None, owner.bytes)
