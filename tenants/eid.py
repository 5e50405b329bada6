"""Registering a municipality with a node or its staff's provider: `ksr municipality eid`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.eid import artifact, back_channel
from ksr_saas.identity.eid.catalogue import (
    EidKey,
    EidRegistration,
    EidState,
    Node,
    Purpose,
    Stage,
    place,
    settings_from,
    terms_of,
)
from ksr_saas.identity.eid.keys import make_ec_key_pair, make_key_pair
from ksr_saas.identity.eid.message import encode
from ksr_saas.identity.eid.metadata import BadMetadata, read_node
from ksr_saas.identity.eid.person import Loa
from ksr_saas.identity.eid.profile import LOGIN_GOV_PL, OTHER, Clientele, Profile, StaffTerms
from ksr_saas.identity.eid.provider import EidRefused, SpType
from ksr_saas.identity.eid.readiness import Draft, HeldKey, belongs, fits, problems, warnings
from ksr_saas.identity.eid.signature import begins, ends
from ksr_saas.identity.eid.vault import Vault
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.settings import Settings
from ksr_saas.tenancy.models import CONTROL, ControlEvent, Municipality
from tenants.provision import Unfit

PROFILES = {"login.gov.pl": LOGIN_GOV_PL, "other": OTHER}
# Issuer and answer address before anything is said. Neither may be shared.
PLACES = {
    Clientele.FAMILIES: ("/eid", "/eid/acs"),
    Clientele.STAFF: ("/pracownik/sso", "/pracownik/sso/acs"),
}
OWN = frozenset({"state", "issuer", "provider_name", "acs_url", "sp_type", "required_loa"})
FAMILIES_ONLY = frozenset({"sp_type", "required_loa", "eidas_extensions"})


class Registrar:
    """One municipality's registration for families or for staff, inside one transaction."""

    def __init__(
        self, settings: Settings, session: AsyncSession, city: Municipality, clientele: Clientele
    ) -> None:
        self._settings = settings
        self._session = session
        self._city = city
        self._clientele = clientele
        self._vault = Vault(settings, "eid-key")

    async def row(self) -> EidRegistration:
        """The registration. Raises Unfit when there is none."""
        found = await self._session.scalar(
            select(EidRegistration).where(
                EidRegistration.municipality_id == self._city.id,
                EidRegistration.clientele == self._clientele,
            )
        )
        if found is None:
            whom = self._clientele
            raise Unfit(f"{self._city.slug} is not registered yet for {whom}: begin with `set`.")
        return found

    async def keys(self, row: EidRegistration) -> list[EidKey]:
        """Its keys, oldest first."""
        query = select(EidKey).where(EidKey.registration_id == row.id).order_by(EidKey.created_at)
        return list(await self._session.scalars(query))

    async def draft(self, row: EidRegistration) -> Draft:
        """The registration as its readiness is judged."""
        keys = await self.keys(row)
        return Draft(
            state=row.state,
            issuer=row.issuer,
            provider_name=row.provider_name,
            acs_url=row.acs_url,
            profile=msgspec.convert(row.profile, Profile),
            node=msgspec.convert(row.node, Node),
            staff=terms_of(row),
            keys=tuple(HeldKey(k.purpose, k.stage, k.certificate_pem) for k in keys),
        )

    async def set(self, values: Mapping[str, str], now: datetime) -> EidRegistration:
        """Write these fields, making a draft when there is none yet.

        A state in which people sign in needs everything else in place; Unfit names what is missing.
        """
        try:
            row = await self.row()
        except Unfit:
            row = self._new()
            self._session.add(row)
        for name, value in values.items():
            _write(row, name, value)
        try:
            await self._session.flush()
        except IntegrityError:
            raise Unfit("Another registration has this issuer or acs-url already.") from None
        if row.state in {EidState.INT, EidState.PROD}:
            missing = problems(
                await self.draft(row), now=now, production=self._settings.is_production
            )
            if missing:
                raise Unfit(f"Not ready for {row.state}: {'; '.join(missing)}.")
        self._note("eid.set", sorted(values))
        return row

    def _new(self) -> EidRegistration:
        at = f"{self._city.slug}.{self._settings.base_host}"
        of_staff = self._clientele is Clientele.STAFF
        issuer, answers = PLACES[self._clientele]
        return EidRegistration(
            municipality_id=self._city.id,
            clientele=self._clientele,
            state=EidState.DRAFT,
            issuer=self._settings.address(at, issuer),
            provider_name=self._city.slug,
            acs_url=self._settings.address(at, answers),
            sp_type="public",
            required_loa="substantial",
            profile=msgspec.to_builtins(OTHER if of_staff else LOGIN_GOV_PL),
            node=msgspec.to_builtins(Node()),
            staff_terms=msgspec.to_builtins(StaffTerms()) if of_staff else {},
        )

    def _note(self, act: str, what: list[str]) -> None:
        self._session.add(
            ControlEvent(
                actor="ksr municipality eid",
                act=act,
                municipality=self._city.slug,
                detail={"what": what, "for": self._clientele.value},
            )
        )

    async def import_metadata(self, raw: bytes) -> Node:
        """Take over a node's names and addresses; its certificates join the pinned ones.

        Destinations that were set by hand are kept.
        """
        row = await self.row()
        try:
            found = read_node(raw)
        except BadMetadata as problem:
            raise Unfit(str(problem)) from None
        before = msgspec.convert(row.node, Node)
        pinned = tuple(dict.fromkeys([*before.certificates, *found.certificates]))
        kept = msgspec.structs.replace(
            found,
            certificates=pinned,
            sso_destination=before.sso_destination,
            artifact_destination=before.artifact_destination,
            logout_destination=before.logout_destination,
        )
        row.node = msgspec.to_builtins(kept)
        self._note("eid.import-metadata", [found.entity_id])
        return kept

    async def begin_keys(self, now: datetime) -> list[EidKey]:
        """Make the next pair of keys, or the first. They decrypt at once and do not sign yet."""
        row = await self.row()
        if any(key.stage is Stage.NEXT for key in await self.keys(row)):
            raise Unfit("There are next keys already: switch to them first.")
        profile = msgspec.convert(row.profile, Profile)
        make = make_ec_key_pair if profile.signature == "ecdsa-sha256" else make_key_pair
        made = []
        for purpose in Purpose:
            pair = make(f"{row.issuer} {purpose}"[:64], now=now)
            made.append(self._keep(row, purpose, pair.key_pem, pair.certificate_pem))
        self._note("eid.keys-begun", [])
        return made

    def _keep(self, row: EidRegistration, purpose: Purpose, key: str, certificate: str) -> EidKey:
        key_id = uuid4()
        kept = EidKey(
            id=key_id,
            registration_id=row.id,
            purpose=purpose,
            stage=Stage.NEXT,
            certificate_pem=certificate,
            sealed_key=self._vault.seal(key, place(key_id)),
        )
        self._session.add(kept)
        return kept

    def private(self, key: EidKey) -> str:
        """The private half, PEM."""
        return self._vault.open(key.sealed_key, place(key.id))

    async def import_key(self, purpose: Purpose, key: str, certificate: str) -> None:
        """Keep a key that was made elsewhere as the next one."""
        row = await self.row()
        _check_pair(key, certificate, msgspec.convert(row.profile, Profile))
        for other in await self.keys(row):
            if (other.purpose, other.stage) == (purpose, Stage.NEXT):
                raise Unfit(f"There is a next {purpose} key already: switch to it first.")
        self._keep(row, purpose, key, certificate)
        self._note("eid.key-imported", [purpose])

    async def certify(self, certificate: str) -> Purpose:
        """Put an authority's certificate in place of the one made here, by its public key."""
        for key in await self.keys(await self.row()):
            if _is_for(self.private(key), certificate):
                key.certificate_pem = certificate
                self._note("eid.certificate", [key.purpose])
                return key.purpose
        raise Unfit("The certificate is for none of the keys.")

    async def switch_keys(self) -> list[Purpose]:
        """Make the next keys the current ones; those they replace only decrypt from now on."""
        keys = await self.keys(await self.row())
        following = {key.purpose for key in keys if key.stage is Stage.NEXT}
        if not following:
            raise Unfit("There are no next keys: begin with `rotate-key SLUG begin`.")
        for key in keys:
            if key.purpose in following and key.stage is not Stage.OLD:
                key.stage = Stage.CURRENT if key.stage is Stage.NEXT else Stage.OLD
        self._note("eid.keys-switched", sorted(following))
        return sorted(following)

    async def finish_keys(self) -> int:
        """Destroy the old keys; how many there were."""
        old = [key for key in await self.keys(await self.row()) if key.stage is Stage.OLD]
        for key in old:
            await self._session.delete(key)
        self._note("eid.keys-finished", [])
        return len(old)

    async def try_node(self, now: datetime) -> str:
        """Ask the node for an answer that does not exist; the outcome in words.

        A signed refusal proves the way there, its certificate and ours. Raises Unfit.
        """
        row = await self.row()
        missing = problems(await self.draft(row), now=now, production=self._settings.is_production)
        if missing:
            raise Unfit(f"Not ready: {'; '.join(missing)}.")
        found = settings_from(row, await self.keys(row), self._vault)
        if not found.artifact_url:
            return "everything is in place; without artifacts the node cannot be asked"
        try:
            artifact.resolve(_made_up(found.idp_entity_id), found, back_channel.post, now)
        except EidRefused as refused:
            if refused.reason in {"artifact-empty", "status"}:
                return f"the node answered in a signed envelope ({refused.reason}), as it should"
            raise Unfit(f"The node could not be asked: {refused.reason}.") from None
        raise Unfit("The node gave an answer to an artifact that does not exist.")


def _made_up(entity_id: str) -> str:
    """Write an artifact of this node that it has never made."""
    handle = uuid4().bytes + bytes(4)
    return encode(artifact.TYPE + bytes(2) + artifact.source_id(entity_id) + handle)


def _is_for(key: str, certificate: str) -> bool:
    try:
        return belongs(key, certificate)
    except ValueError:
        raise Unfit("The certificate cannot be read: it must be PEM.") from None


def _check_pair(key: str, certificate: str, profile: Profile) -> None:
    try:
        good = belongs(key, certificate) and fits(certificate, profile)
    except (ValueError, TypeError):
        raise Unfit("Key and certificate must be PEM, the key without a password.") from None
    if not good:
        raise Unfit("The certificate is not for this key, or of the wrong kind for this profile.")


def _write(row: EidRegistration, name: str, value: str) -> None:
    """Write one field, wherever it belongs, checked by its type."""
    field = name.replace("-", "_")
    of_staff = row.clientele is Clientele.STAFF
    if of_staff and (field in FAMILIES_ONLY or (field, value) == ("profile", "login.gov.pl")):
        raise Unfit(f"{name}={value} is nothing for staff.")
    if of_staff and field in StaffTerms.__struct_fields__:
        row.staff_terms = row.staff_terms | {field: _term(field, value)}
        _converted(name, row.staff_terms, StaffTerms)
    elif field in OWN:
        kind: Any = {"state": EidState, "sp_type": SpType, "required_loa": Loa}.get(field, str)
        setattr(row, field, _converted(name, value, kind))
    elif field == "profile":
        if value not in PROFILES:
            raise Unfit(f"profile must be one of {', '.join(PROFILES)}.")
        row.profile = msgspec.to_builtins(PROFILES[value])
    elif field == "certificates":
        row.node = row.node | {"certificates": _certificates(value)}
    elif field in Node.__struct_fields__:
        row.node = row.node | {field: value}
    elif field in Profile.__struct_fields__:
        row.profile = row.profile | {field: _meant(value)}
        _converted(name, row.profile, Profile)
    else:
        raise Unfit(f"There is no setting {name}.")


def _meant(value: str) -> str | bool:
    """A word of the command line, yes and no as what they say."""
    return value in {"yes", "true"} if value in {"yes", "no", "true", "false"} else value


def _term(field: str, value: str) -> object:
    if field == "trusted_contexts":
        return [one for one in value.split(",") if one]
    return _meant(value)


def _converted(name: str, value: object, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as problem:
        raise Unfit(f"{name}: {problem}.") from None


def _certificates(files: str) -> list[str]:
    """Read pinned certificates from files named with commas between them."""
    found: list[str] = []
    for name in filter(None, files.split(",")):
        try:
            loaded = x509.load_pem_x509_certificates(Path(name).read_bytes())
        except (OSError, ValueError):
            raise Unfit(f"{name} holds no certificate in PEM.") from None
        found += [one.public_bytes(Encoding.PEM).decode("ascii") for one in loaded]
    return found


@asynccontextmanager
async def registrar(
    settings: Settings, slug: str, clientele: Clientele = Clientele.FAMILIES
) -> AsyncIterator[Registrar]:
    """A municipality's registration, kept at the end unless something raises."""
    engine = make_engine(settings.database_url, pool_size=1)
    session = pinned_session(engine, "ksr_control", path=CONTROL)
    try:
        async with session, session.begin():
            city = await session.scalar(select(Municipality).where(Municipality.slug == slug))
            if city is None:
                raise Unfit(f"There is no municipality {slug}.")
            yield Registrar(settings, session, city, clientele)
    finally:
        await engine.dispose()


def request_for(key_pem: str, name: str) -> str:
    """A certificate signing request for an authority, PEM."""
    key: Any = load_pem_private_key(key_pem.encode(), password=None)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")


def shown(row: EidRegistration, draft: Draft, now: datetime, *, production: bool) -> list[str]:
    """Everything but private keys, a line each, with what is missing at the end."""
    profile = msgspec.to_builtins(draft.profile)
    node = msgspec.to_builtins(draft.node)
    hidden = FAMILIES_ONLY if draft.staff else frozenset()
    lines = [f"{name:22}{getattr(row, name)}" for name in sorted(OWN - hidden)]
    lines += [f"{name:22}{value}" for name, value in row.staff_terms.items()]
    lines += [f"{name:22}{value}" for name, value in profile.items()]
    lines += [f"{name:22}{value}" for name, value in node.items() if name != "certificates"]
    held = [(f"{key.purpose} {key.stage}", key.certificate_pem) for key in draft.keys]
    for name, pem in [*(("node certificate", pem) for pem in draft.node.certificates), *held]:
        dates = f"{begins(pem):%Y-%m-%d} - {ends(pem):%Y-%m-%d}"
        lines.append(f"{name:22}{dates}  SHA-256 {fingerprint(pem)}")
    lines += [f"missing: {one}" for one in problems(draft, now=now, production=production)]
    return lines + [f"soon: {one}" for one in warnings(draft, now=now)]


def fingerprint(certificate_pem: str) -> str:
    """SHA-256 of a certificate, as authorities print it."""
    digest = x509.load_pem_x509_certificate(certificate_pem.encode()).fingerprint(hashes.SHA256())
    return digest.hex(":").upper()
