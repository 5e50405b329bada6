"""The person an eID has vouched for."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

Loa = Literal["low", "substantial", "high"]
Scheme = Literal["pesel", "eidas", "none"]

_LEVELS: tuple[Loa, ...] = ("low", "substantial", "high")


def reaches(level: Loa, wanted: Loa) -> bool:
    """Whether this level of assurance is at least the wanted one (Regulation 910/2014 art. 8)."""
    return _LEVELS.index(level) >= _LEVELS.index(wanted)


class EidPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in, how strongly, and which assertion said so.

    `value` is the PESEL or the eIDAS identifier, empty for the scheme "none": the node knows the
    person and gives no identifier. Neither it nor a name appears in `repr`, so the struct may meet
    a log or a traceback. `not_on_or_after` (UTC) is the end of the assertion: until then, plus the
    clock skew, `assertion_id` has to be remembered. `name_id` and `session_index` name the login at
    the node when it is ended there; a NameID is not an identity. `authority` is who confirmed the
    identity to the node, empty when it does not say.
    """

    scheme: Scheme
    value: str
    given_name: str
    family_name: str
    birth_date: date | None
    loa: Loa
    assertion_id: str
    session_index: str
    name_id: str = ""
    authority: str = ""
    not_on_or_after: datetime

    def __repr__(self) -> str:
        """Show how the person signed in, never who they are."""
        return (
            f"EidPerson(scheme={self.scheme!r}, loa={self.loa!r}, "
            f"assertion_id={self.assertion_id!r})"
        )

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show rich printers no more than `repr` does."""
        return [("scheme", self.scheme), ("loa", self.loa), ("assertion_id", self.assertion_id)]
