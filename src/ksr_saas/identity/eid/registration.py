"""Which node each municipality signs in with: its own by the catalogue, or the stand-in.

And which provider of the city's own its staff may use, where there is one.
"""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Final, ParamSpec, TypeVar

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from ksr_saas.identity.eid import back_channel, catalogue
from ksr_saas.identity.eid.back_channel import BackChannel
from ksr_saas.identity.eid.keys import KeyPair, make_ec_key_pair
from ksr_saas.identity.eid.names import samlp
from ksr_saas.identity.eid.person import EidPerson, StaffPerson
from ksr_saas.identity.eid.profile import LOGIN_GOV_PL, Clientele, StaffTerms
from ksr_saas.identity.eid.provider import EidProvider, EidSettings
from ksr_saas.identity.eid.staff_assertion import read_member
from ksr_saas.identity.eid.stand_in import Artifacts, ServiceProvider, StandIn
from ksr_saas.identity.eid.vault import Vault
from ksr_saas.identity.eid.web_sso import WebSso
from ksr_saas.identity.errors import EidUnavailable, SsoUnavailable
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import pinned_session
from ksr_saas.settings import Settings
from ksr_saas.tenancy.models import CONTROL

NODE: Final = "login"
NODE_ENTITY: Final = "stand-in.login.gov.pl"
KEPT: Final = 3.0  # seconds: how long a change in the catalogue may take to be seen
THREADS: Final = 16  # logins that may wait for a node at the same time
P = ParamSpec("P")
T = TypeVar("T")


class StandInAddresses(msgspec.Struct, frozen=True):
    """Where the stand-in answers."""

    sso: str
    artifact: str
    logout: str


class EidBook:
    """Providers of all municipalities.

    Outside production a municipality without a registration signs in through the product's own
    stand-in, with keys made on first use. In production it cannot sign in at all.
    """

    def __init__(self, settings: Settings, clock: Clock, engine: AsyncEngine) -> None:
        self._settings = settings
        self._clock = clock
        self._engine = engine
        self._folder = settings.home / "secrets" / "eid"
        self._vault = Vault(settings, "eid-key")
        self._kept: dict[str, tuple[float, EidSettings]] = {}
        self._kept_of_staff: dict[str, tuple[float, EidSettings | None]] = {}
        self._threads = ThreadPoolExecutor(THREADS, "eid")
        self._own_keys = lru_cache(maxsize=1000)(self._read_keys)

    async def settings_of(self, slug: str) -> EidSettings:
        """How a municipality is registered. Raises EidUnavailable when it is not."""
        kept = self._kept.get(slug)
        if kept and time.monotonic() - kept[0] < KEPT:
            return kept[1]
        found = await self._registered(slug, Clientele.FAMILIES)
        if self._settings.is_production and found and found.idp_entity_id == NODE_ENTITY:
            raise EidUnavailable
        if found is None:
            if self._settings.is_production:
                raise EidUnavailable
            found = self._with_stand_in(slug)
        self._kept[slug] = (time.monotonic(), found)
        return found

    async def _registered(self, slug: str, clientele: Clientele) -> EidSettings | None:
        session = pinned_session(self._engine, catalogue.READER, path=CONTROL)
        async with session, session.begin():
            return await catalogue.registered(session, slug, clientele, self._vault)

    async def _of_staff(self, slug: str) -> EidSettings | None:
        """How a municipality's staff provider is registered; None while nobody signs in there."""
        kept = self._kept_of_staff.get(slug)
        if kept and time.monotonic() - kept[0] < KEPT:
            return kept[1]
        try:
            found = await self._registered(slug, Clientele.STAFF)
        except EidUnavailable:
            found = None
        self._kept_of_staff[slug] = (time.monotonic(), found)
        return found

    async def staff_terms(self, slug: str) -> StaffTerms | None:
        """What is agreed with the city's provider; None while nobody signs in there."""
        found = await self._of_staff(slug)
        return found.staff if found else None

    async def staff_settings(self, slug: str) -> EidSettings:
        """How staff sign in at the city's provider. Raises SsoUnavailable when they do not."""
        found = await self._of_staff(slug)
        if found is None:
            raise SsoUnavailable
        return found

    async def staff_provider(self, slug: str) -> EidProvider[StaffPerson]:
        """The way to sign in as staff. There is no stand-in. Raises SsoUnavailable."""
        return WebSso(await self.staff_settings(slug), back_channel.post, read=read_member)

    async def provider(self, slug: str) -> EidProvider[EidPerson]:
        """The way to sign in to a municipality. Raises EidUnavailable when there is none."""
        found = await self.settings_of(slug)
        return WebSso(found, self._channel(found))

    async def run(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what may wait for a node, in a thread kept for this."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(act, *args, **kwargs))

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False)

    def _channel(self, found: EidSettings) -> BackChannel:
        """Over the network; a test without a server asks its stand-in directly."""
        if self._settings.environment == "test" and found.idp_entity_id == NODE_ENTITY:
            return self._direct
        return back_channel.post

    def _direct(self, url: str, envelope: bytes) -> bytes:
        node, now = self.stand_in(), self._clock.now()
        artifact = url == self.addresses().artifact
        tag = samlp("ArtifactResolve" if artifact else "LogoutRequest")
        issuer = node.caller_of(envelope, tag)
        slug = issuer.partition("//")[2].partition(".")[0]
        known = {issuer: self.as_registered(slug)}
        answer = node.resolve if artifact else node.log_out
        return answer(envelope, known, now)

    def addresses(self) -> StandInAddresses:
        """Where the stand-in answers."""
        at = partial(self._settings.address, f"{NODE}.{self._settings.base_host}")
        return StandInAddresses(at("/sso"), at("/artifact"), at("/logout"))

    def issuer(self, slug: str) -> str:
        """The name under which a municipality is known to the stand-in."""
        return self._settings.address(f"{slug}.{self._settings.base_host}", "/eid")

    def _with_stand_in(self, slug: str) -> EidSettings:
        node, signing, decryption = (
            self._own_keys(NODE),
            self._own_keys(f"{slug}.signing"),
            self._own_keys(f"{slug}.encryption"),
        )
        at = self.addresses()
        return EidSettings(
            issuer=self.issuer(slug),
            provider_name=slug,
            acs_url=self._settings.address(f"{slug}.{self._settings.base_host}", "/eid/acs"),
            profile=LOGIN_GOV_PL,
            idp_entity_id=NODE_ENTITY,
            idp_sso_url=at.sso,
            artifact_url=at.artifact,
            logout_url=at.logout,
            idp_certificates=(node.certificate_pem,),
            sp_key_pem=signing.key_pem,
            sp_certificate_pem=signing.certificate_pem,
            decryption_keys=(decryption.key_pem,),
            encryption_certificates=(decryption.certificate_pem,),
        )

    def stand_in(self) -> StandIn:
        """The stand-in of the node; refuses to exist in production."""
        at = self.addresses()
        node = self._own_keys(NODE)
        return StandIn(
            environment=self._settings.environment,
            entity_id=NODE_ENTITY,
            sso_url=at.sso,
            artifact_url=at.artifact,
            logout_url=at.logout,
            key_pem=node.key_pem,
            certificate_pem=node.certificate_pem,
            artifacts=Artifacts(self._settings.home / "stand-in"),
        )

    def as_registered(self, slug: str) -> ServiceProvider:
        """What the stand-in knows of a municipality."""
        found = self._with_stand_in(slug)
        return ServiceProvider(
            provider_name=found.provider_name,
            acs_urls=(found.acs_url,),
            certificates=(found.sp_certificate_pem,),
            encryption_certificate=found.encryption_certificates[0],
            profile=found.profile,
        )

    def _read_keys(self, name: str) -> KeyPair:
        """A key pair of the demonstration, made on first use by whichever process comes first."""
        if self._settings.is_production:
            raise EidUnavailable
        file = self._folder / f"{name}.json"
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            pair = make_ec_key_pair(f"{name} (demo)", now=self._clock.now())
            draft = file.with_suffix(f".{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(msgspec.json.encode(pair))
            try:
                os.link(draft, file)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return msgspec.json.decode(file.read_bytes(), type=KeyPair)
