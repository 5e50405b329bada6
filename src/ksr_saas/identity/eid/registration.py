"""Each municipality as a service provider of its own, with keys kept under the home folder."""

import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from ksr_saas.identity.eid.keys import KeyPair, make_key_pair
from ksr_saas.identity.eid.provider import EidProvider, EidSettings
from ksr_saas.identity.eid.saml_post import SamlPost
from ksr_saas.identity.eid.stand_in import ServiceProvider, StandIn
from ksr_saas.kernel.clock import Clock
from ksr_saas.settings import Settings

NODE = "login"
NODE_ENTITY = "stand-in.login.gov.pl"


class EidNotConfigured(RuntimeError):
    """The municipality has no keys for the eID node: logins cannot be offered."""


class Registration(msgspec.Struct, frozen=True):
    """Where one municipality asks and is answered."""

    slug: str
    issuer: str
    acs_url: str


class EidBook:
    """Providers of all municipalities.

    Outside production missing keys are made, and the node is the product's own stand-in.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._folder = settings.home / "secrets" / "eid"
        self.provider = lru_cache(maxsize=1000)(self._provider)

    def registration(self, slug: str) -> Registration:
        """Issuer and answer address of a municipality."""
        host = f"{slug}.{self._settings.base_host}"
        return Registration(
            slug, self._settings.address(host, "/eid"), self._settings.address(host, "/eid/acs")
        )

    def node_address(self) -> str:
        """Origin and path of the stand-in."""
        return self._settings.address(f"{NODE}.{self._settings.base_host}", "/sso")

    def _provider(self, slug: str) -> EidProvider:
        keys, node = self._keys(slug), self._keys(NODE)
        known = self.registration(slug)
        return SamlPost(
            EidSettings(
                issuer=known.issuer,
                provider_name=slug,
                idp_entity_id=NODE_ENTITY,
                idp_sso_url=self.node_address(),
                idp_certificates=(node.certificate_pem,),
                sp_key_pem=keys.key_pem,
                sp_certificate_pem=keys.certificate_pem,
            )
        )

    def certificate(self, slug: str) -> str:
        """The certificate a municipality signs its requests with, PEM."""
        return self._keys(slug).certificate_pem

    def stand_in(self) -> StandIn:
        """The stand-in of the node; refuses to exist in production."""
        node = self._keys(NODE)
        return StandIn(
            environment=self._settings.environment,
            entity_id=NODE_ENTITY,
            sso_url=self.node_address(),
            key_pem=node.key_pem,
            certificate_pem=node.certificate_pem,
        )

    def as_registered(self, slug: str) -> ServiceProvider:
        """What the stand-in knows of a municipality."""
        known = self.registration(slug)
        return ServiceProvider(
            provider_name=slug,
            acs_urls=(known.acs_url,),
            certificates=(self._keys(slug).certificate_pem,),
        )

    def _keys(self, name: str) -> KeyPair:
        key, certificate = self._folder / f"{name}.key", self._folder / f"{name}.crt"
        if not (key.exists() and certificate.exists()):
            if self._settings.is_production:
                raise EidNotConfigured(name)
            self._make(name, key, certificate, self._clock.now())
        return KeyPair(key_pem=key.read_text(), certificate_pem=certificate.read_text())

    def _make(self, name: str, key: Path, certificate: Path, now: datetime) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        pair = make_key_pair(f"{name} (demo)", now=now)
        for file, content in ((key, pair.key_pem), (certificate, pair.certificate_pem)):
            draft = file.with_suffix(f"{file.suffix}.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(content)
            draft.replace(file)
