"""The person an eID, or a city's own provider, has vouched for."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

Loa = Literal["low", "substantial", "high"]
Scheme = Literal["pesel", "eidas", "none"]

_LEVELS: tuple[Loa, ...] = ("low", "substantial", "high")


def reaches(level: Loa, wanted: Loa) -> bool:
    """Whether this level of assurance is at least the wanted one (Regulation 910/2014 art. 8)."""
    return _LEVELS.index(level) >= _LEVELS.index(wanted)


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """An assertion that has been verified, whoever it is about.

    `not_on_or_after` (UTC) is its end: until then, plus the clock skew, `assertion_id` has to be
    remembered. `name_id` and `session_index` name the login at the provider when it is ended there;
    a NameID is not an identity.
    """

    assertion_id: str
    session_index: str
    name_id: str = ""
    not_on_or_after: datetime


class EidPerson(Vouched, frozen=True, kw_only=True):
    """Who signed in, how strongly, and which assertion said so.

    `value` is the PESEL or the eIDAS identifier, empty for the scheme "none": the node knows the
    person and gives no identifier. Neither it nor a name appears in `repr`, so the struct may meet
    a log or a traceback. `authority` is who confirmed the identity to the node, empty when it does
    not say.
    """

    scheme: Scheme
    value: str
    given_name: str
    family_name: str
    birth_date: date | None
    loa: Loa
    authority: str = ""

    def __repr__(self) -> str:
        """Show how the person signed in, never who they are."""
        return (
            f"EidPerson(scheme={self.scheme!r}, loa={self.loa!r}, "
            f"assertion_id={self.assertion_id!r})"
        )

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show rich printers no more than `repr` does."""
        return [("scheme", self.scheme), ("loa", self.loa), ("assertion_id", self.assertion_id)]


class StaffPerson(Vouched, frozen=True, kw_only=True):
    """A member of staff as the city's provider names them.

    `value` is the attribute by which the account is found; it stays out of `repr`. `factors_at` is
    when the person signed in there with several factors that we trust, None when our own second
    factor has to follow.
    """

    value: str
    factors_at: datetime | None

    def __repr__(self) -> str:
        """Show which assertion it was, never who."""
        return f"StaffPerson(assertion_id={self.assertion_id!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show rich printers no more than `repr` does."""
        return [("assertion_id", self.assertion_id)]
