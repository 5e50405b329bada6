"""Who may do what: the whole table, in code, deny by default (trust.md 2.1 in its first extent)."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _


class Role(StrEnum):
    """The roles of one municipality (glossary: rodzic, operator placówki, koordynator miejski)."""

    PARENT = "parent"
    OPERATOR = "operator"
    COORDINATOR = "coordinator"


class Right(StrEnum):
    """What a route asks for. ANYONE is the only one that needs no login."""

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"
    OWN_APPLICATIONS = "own-applications"
    OWN_SECRETS = "own-secrets"
    VERIFY = "verify"
    PRINT_LISTS = "print-lists"
    SUPERVISE = "supervise"
    ALLOCATE = "allocate"
    PUBLISH = "publish"
    MANAGE_STAFF = "manage-staff"
    VENDOR = "vendor"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.PARENT: frozenset({Right.SIGNED_IN, Right.OWN_APPLICATIONS}),
    Role.OPERATOR: frozenset({Right.SIGNED_IN, Right.OWN_SECRETS, Right.VERIFY, Right.PRINT_LISTS}),
    Role.COORDINATOR: frozenset(
        {
            Right.SIGNED_IN,
            Right.OWN_SECRETS,
            Right.SUPERVISE,
            Right.ALLOCATE,
            Right.PUBLISH,
            Right.MANAGE_STAFF,
        }
    ),
}
# Which roles a role may give to others; never one above its own, and never to oneself.
GRANTS: dict[Role, tuple[Role, ...]] = {Role.COORDINATOR: (Role.OPERATOR, Role.COORDINATOR)}
FRESH = timedelta(minutes=15)


PORTALS = {
    Role.PARENT: "family",
    Role.OPERATOR: "institution",
    Role.COORDINATOR: "office",
}
HOMES = {Role.PARENT: "/rodzina", Role.OPERATOR: "/placowka", Role.COORDINATOR: "/organ"}
ROLE_NAMES = {
    Role.PARENT: N_("Rodzic"),
    Role.OPERATOR: N_("Operator placówki"),
    Role.COORDINATOR: N_("Koordynator miejski"),
}


class Actor(msgspec.Struct, frozen=True):
    """By whom: the signed-in person in the one role of this session.

    `institution_id` is set for staff of an institution and for nobody else. `session_id`,
    `ends_at` (when the session ends unless something is done) and `confirmed_at` (when a factor was
    last shown) are None outside a web session.
    """

    account_id: UUID
    role: Role
    name: str
    institution_id: UUID | None = None
    session_id: UUID | None = None
    ends_at: datetime | None = None
    confirmed_at: datetime | None = None

    def may(self, right: Right) -> bool:
        """Whether the role carries `right`."""
        return right is Right.ANYONE or right in RIGHTS[self.role]

    def is_fresh(self, now: datetime) -> bool:
        """Whether a factor was shown lately enough for a deed that touches other accounts."""
        return self.confirmed_at is not None and now - self.confirmed_at < FRESH

    def may_grant(self, role: Role) -> bool:
        """Whether the actor may give `role` to somebody else."""
        return role in GRANTS.get(self.role, ())

    def shown(self) -> dict[str, Any]:
        """What the page header says about the person."""
        return {
            "name": self.name,
            "portal": PORTALS[self.role],
            "role_label": _(ROLE_NAMES[self.role]),
            "ends_at": self.ends_at,
        }

    def __repr__(self) -> str:
        return f"Actor({self.role}, {self.account_id})"
