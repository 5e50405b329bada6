"""A municipality of one's own, for what must be committed or broken."""

from itertools import count

from tenants import provision, read
from tenants.commands import FOLDER, brand_of

_serial = count(1)


async def a_town(settings) -> tuple[str, str]:
    """Slug and schema of a new, empty municipality."""
    slug = f"osada{next(_serial)}"
    tenant = read.read(FOLDER / "pila")
    schema = await provision.create(
        settings, slug, "Osada", [f"{slug}.localhost"], brand_of(tenant)
    )
    return slug, schema
