"""The table of rights in words."""

from collections.abc import Iterator

from ksr_saas.identity.authorisation import ROLE_NAMES
from ksr_saas.identity.rights import TABLE, Held, Right, Role, Scope, grantable
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _

REACHES = {
    Scope.OWN: N_("własne"),
    Scope.INSTITUTION: N_("w swojej placówce"),
    Scope.MUNICIPALITY: N_("w całej gminie"),
    Scope.COUNTS: N_("tylko liczby"),
}
ENTRUSTS = {
    Scope.INSTITUTION: N_("tylko powierza w swojej placówce"),
    Scope.MUNICIPALITY: N_("tylko powierza w całej gminie"),
}


def cell(held: Held | None) -> str:
    """A cell of the table as a Polish source text; empty where there is no right."""
    if held is None:
        return ""
    return ENTRUSTS[held.scope] if held.entrusts else REACHES[held.scope]


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """For every right and role: both names, the reach, the roles given, the reason; translated."""
    for right, line in TABLE.items():
        for role in Role:
            held = line.held.get(role)
            gives = grantable(role) if held and right is Right.MANAGE_STAFF else ()
            yield (
                _(line.name),
                _(ROLE_NAMES[role]),
                _(cell(held)) if held else _("nie"),
                ", ".join(_(ROLE_NAMES[one]) for one in gives),
                _(line.reason),
            )
