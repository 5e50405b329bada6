"""A municipality of a test module's own, where it may commit."""

from tenants import provision, read
from tenants.commands import FOLDER, brand_of


async def a_municipality(settings, slug):
    """Make an empty municipality that looks like Piła; its schema."""
    tenant = read.read(FOLDER / "pila")
    return await provision.create(
        settings, slug, tenant.file.name, [f"{slug}.localhost"], brand_of(tenant)
    )
