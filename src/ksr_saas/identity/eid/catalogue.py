"""How each municipality is registered with its eID node, and with a provider of its staff.

These are rows of the catalogue. Only the web may read them, through the role `ksr_eid`; private
keys are sealed.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.identity.eid.person import Loa
from ksr_saas.identity.eid.profile import Clientele, Profile, StaffTerms
from ksr_saas.identity.eid.provider import EidSettings, SpType
from ksr_saas.identity.eid.vault import Vault
from ksr_saas.identity.errors import EidUnavailable
from ksr_saas.kernel.database import ControlModel, words
from ksr_saas.tenancy.models import Municipality

READER = "ksr_eid"


class EidState(StrEnum):
    """How far a registration is: with nobody, with the test node, with the real one, or stopped."""

    DRAFT = "draft"
    INT = "int"
    PROD = "prod"
    SUSPENDED = "suspended"


class Purpose(StrEnum):
    """What a key of ours is for."""

    SIGNING = "signing"
    ENCRYPTION = "encryption"


class Stage(StrEnum):
    """A key waits until the node knows it, is used, and then only decrypts."""

    NEXT = "next"
    CURRENT = "current"
    OLD = "old"


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """The node a municipality trusts: its name, addresses, destinations and pinned certificates.

    An empty destination means the address itself; without a logout address nobody is logged out
    there.
    """

    entity_id: str = ""
    sso_url: str = ""
    sso_destination: str = ""
    artifact_url: str = ""
    artifact_destination: str = ""
    logout_url: str = ""
    logout_destination: str = ""
    certificates: tuple[str, ...] = ()


class EidRegistration(ControlModel):
    """One municipality as a service provider.

    `profile` holds a Profile, `node` a Node and `staff_terms` StaffTerms, which mean nothing for
    families. `issuer`, `provider_name` and `acs_url` are what the node has registered, to the
    letter. Issuer and address differ between all registrations, so that an answer for one is never
    an answer for another.
    """

    __tablename__ = "eid_registration"
    __table_args__ = (UniqueConstraint("municipality_id", "clientele"),)

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id", ondelete="CASCADE"))
    clientele: Mapped[Clientele] = mapped_column(
        words(Clientele), default=Clientele.FAMILIES, server_default=Clientele.FAMILIES.value
    )
    state: Mapped[EidState] = mapped_column(words(EidState), default=EidState.DRAFT)
    issuer: Mapped[str] = mapped_column(unique=True)
    provider_name: Mapped[str]
    acs_url: Mapped[str] = mapped_column(unique=True)
    sp_type: Mapped[str]
    required_loa: Mapped[str]
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB)
    node: Mapped[dict[str, Any]] = mapped_column(JSONB)
    staff_terms: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")


class EidKey(ControlModel):
    """A key of a municipality; the private half is sealed and bound to its id."""

    __tablename__ = "eid_key"

    registration_id: Mapped[UUID] = mapped_column(
        ForeignKey("eid_registration.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    stage: Mapped[Stage] = mapped_column(words(Stage))
    certificate_pem: Mapped[str]
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)


def place(key_id: UUID) -> str:
    """What the sealed private key of this row is bound to."""
    return f"eid_key:{key_id}"


async def registered(
    session: AsyncSession, slug: str, clientele: Clientele, vault: Vault
) -> EidSettings | None:
    """The settings of a municipality, its keys opened; None when there are none but a draft.

    Raises EidUnavailable for a registration that has been stopped.
    """
    row = await session.scalar(
        select(EidRegistration)
        .join(Municipality, Municipality.id == EidRegistration.municipality_id)
        .where(Municipality.slug == slug, EidRegistration.clientele == clientele)
    )
    if row is None or row.state is EidState.DRAFT:
        return None
    if row.state is EidState.SUSPENDED:
        raise EidUnavailable
    keys = list(await session.scalars(select(EidKey).where(EidKey.registration_id == row.id)))
    return settings_from(row, keys, vault)


def settings_from(row: EidRegistration, keys: Sequence[EidKey], vault: Vault) -> EidSettings:
    """What a complete registration says.

    It signs with the current key and decrypts with the current, the next and the old one, in this
    order: the node may begin to use a new certificate before or after we do.
    """
    order = [Stage.CURRENT, Stage.NEXT, Stage.OLD]
    ordered = sorted(keys, key=lambda key: order.index(key.stage))
    signing = next(key for key in ordered if key.purpose is Purpose.SIGNING)
    hidden = [key for key in ordered if key.purpose is Purpose.ENCRYPTION]
    node = msgspec.convert(row.node, Node)
    return EidSettings(
        issuer=row.issuer,
        provider_name=row.provider_name,
        acs_url=row.acs_url,
        idp_entity_id=node.entity_id,
        idp_sso_url=node.sso_url,
        sso_destination=node.sso_destination,
        artifact_url=node.artifact_url,
        artifact_destination=node.artifact_destination,
        logout_url=node.logout_url,
        logout_destination=node.logout_destination,
        idp_certificates=node.certificates,
        sp_key_pem=vault.open(signing.sealed_key, place(signing.id)),
        sp_certificate_pem=signing.certificate_pem,
        decryption_keys=tuple(vault.open(key.sealed_key, place(key.id)) for key in hidden),
        encryption_certificates=tuple(key.certificate_pem for key in hidden),
        next_signing_certificates=tuple(
            key.certificate_pem
            for key in ordered
            if key.purpose is Purpose.SIGNING and key.stage is Stage.NEXT
        ),
        profile=msgspec.convert(row.profile, Profile),
        sp_type=msgspec.convert(row.sp_type, SpType),
        required_loa=msgspec.convert(row.required_loa, Loa),
        staff=terms_of(row),
    )


def terms_of(row: EidRegistration) -> StaffTerms | None:
    """What a registration for staff says of people; None for one of families."""
    if row.clientele is not Clientele.STAFF:
        return None
    return msgspec.convert(row.staff_terms, StaffTerms)
