"""By whom a deed is done, and whether the table of rights lets them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from ksr_saas.identity.rights import RIGHTS, TABLE, Right, Role, Scope, grantable
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _

__all__ = ["Actor", "Right", "Role"]

FRESH = timedelta(minutes=15)
PORTALS = {
    Role.PARENT: "family",
    Role.OPERATOR: "institution",
    Role.MEMBER: "institution",
    Role.CHAIR: "institution",
    Role.DIRECTOR: "institution",
    Role.COORDINATOR: "office",
    Role.ADMINISTRATOR: "office",
    Role.IOD: "office",
    Role.READER: "office",
}
# Where a role begins its work, and what else of the product is its own.
HOMES = {
    Role.PARENT: "/rodzina",
    Role.OPERATOR: "/placowka",
    Role.MEMBER: "/placowka",
    Role.CHAIR: "/placowka",
    Role.DIRECTOR: "/placowka",
    Role.COORDINATOR: "/organ",
    Role.ADMINISTRATOR: "/pracownicy",
    Role.IOD: "/organ/uprawnienia",
    Role.READER: "/organ",
}
ROLE_NAMES = {
    Role.PARENT: N_("Rodzic"),
    Role.OPERATOR: N_("Operator placówki"),
    Role.MEMBER: N_("Członek komisji"),
    Role.CHAIR: N_("Przewodniczący komisji"),
    Role.DIRECTOR: N_("Dyrektor"),
    Role.COORDINATOR: N_("Koordynator miejski"),
    Role.ADMINISTRATOR: N_("Administrator gminy"),
    Role.IOD: N_("Inspektor ochrony danych"),
    Role.READER: N_("Czytelnik zestawień"),
}


class Actor(msgspec.Struct, frozen=True):
    """By whom: the signed-in person in the one role of this session.

    `institution_id` is set for staff of an institution and for nobody else. `session_id`,
    `ends_at` (when the session ends unless something is done) and `confirmed_at` (when a factor was
    last shown) are None outside a web session. `several` says that the account has other roles.
    """

    account_id: UUID
    role: Role
    name: str
    institution_id: UUID | None = None
    session_id: UUID | None = None
    ends_at: datetime | None = None
    confirmed_at: datetime | None = None
    several: bool = False

    def may(self, right: Right) -> bool:
        """Whether the role carries `right`."""
        return right is Right.ANYONE or right in RIGHTS[self.role]

    def is_fresh(self, now: datetime) -> bool:
        """Whether a factor was shown lately enough for a deed that touches other accounts."""
        return self.confirmed_at is not None and now - self.confirmed_at < FRESH

    @property
    def staff_of(self) -> UUID | None:
        """The one institution whose staff the actor looks after; None for a whole municipality's.

        Ask only who may MANAGE_STAFF.
        """
        reach = TABLE[Right.MANAGE_STAFF].held[self.role].scope
        return None if reach is Scope.MUNICIPALITY else self.institution_id

    def may_grant(self, role: Role, institution_id: UUID | None) -> bool:
        """Whether the actor may give `role` in this institution to somebody, or take it away."""
        return role in grantable(self.role) and self.staff_of in (None, institution_id)

    def shown(self) -> dict[str, Any]:
        """What the page header says about the person."""
        return {
            "name": self.name,
            "portal": PORTALS[self.role],
            "home": HOMES[self.role],
            "rights": RIGHTS[self.role],
            "several": self.several,
            "role_label": _(ROLE_NAMES[self.role]),
            "ends_at": self.ends_at,
        }

    def __repr__(self) -> str:
        return f"Actor({self.role}, {self.account_id})"
