"""Municipalities of a test module's own, where it may commit."""

from itertools import count

import msgspec

from ksr_saas.identity.passwords import HASHER
from ksr_saas.identity.service import person_key
from ksr_saas.kernel.clock import Clock
from ksr_saas.portals import files_of, keys_of
from tenants import provision, read
from tenants.commands import FOLDER, brand_of
from tenants.demo.load import load

_serial = count(1)


async def a_municipality(settings, slug):
    """Make an empty municipality that looks like Piła; its schema."""
    tenant = read.read(FOLDER / "pila")
    return await provision.create(
        settings, slug, tenant.file.name, [f"{slug}.localhost"], brand_of(tenant)
    )


async def a_town(settings):
    """Slug and schema of a new, empty municipality for what must be committed or broken."""
    slug = f"osada{next(_serial)}"
    return slug, await a_municipality(settings, slug)


async def settle(
    connection, settings, schema, made, *, slug="wroclaw", password="", totp="", clock=None
):
    """Fill an empty municipality with made-up families, under the rules of Wrocław.

    Everybody of the staff has `password` and an authenticator with the secret `totp`, none if
    empty; their logins end with `slug`.
    """
    tenant = read.read(FOLDER / "wroclaw")
    hashed = HASHER.hash(password) if password else ""
    await load(
        connection,
        schema,
        msgspec.structs.replace(tenant, file=msgspec.structs.replace(tenant.file, slug=slug)),
        made,
        now=(clock or Clock()).now(),
        person_key=lambda value: person_key(settings.derive("person"), "pesel", value),
        hashed=lambda _: hashed,
        files=files_of(settings, schema),
        authenticator=lambda _: totp,
        ring=keys_of(settings).ring(schema),
    )
