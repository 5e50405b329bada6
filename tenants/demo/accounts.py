"""Who can sign in to the demonstration."""

from collections.abc import Iterator
from datetime import date
from functools import cache

import msgspec

from ksr_saas.identity.eid.stand_in import Persona
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _
from ksr_saas.people import pesel
from ksr_saas.settings import Settings
from tenants.demo.generate import City, city, small_town

TOWNS = {"warszawa": (24, 1465), "pila": (6, 3019)}
NEWCOMER = Persona(
    label=N_("rodzic bez wniosku"),
    given_name="Joanna",
    family_name="Nowicka",
    pesel=pesel.make(date(1990, 5, 14), 1348),
    birth_date=date(1990, 5, 14),
)


class DemoAccount(msgspec.Struct, frozen=True):
    """One account; fields that a role has no use for are empty. Parents choose `pesel` in the
    stand-in of login.gov.pl; `totp` is the secret of the vendor's second factor."""

    role: str
    municipality: str
    institution: str
    login: str
    password: str
    pesel: str = ""
    totp: str = ""
    name: str = ""


@cache
def made(slug: str) -> City:
    """The made-up data of a municipality."""
    return city() if slug == "wroclaw" else small_town(slug, *TOWNS[slug])


def password(settings: Settings, login: str) -> str:
    """A demonstration's password: the same at every start, different in every home."""
    return f"demo-{settings.derive(f'demo:{login}')[:10]}"


def totp_secret(settings: Settings) -> str:
    """The vendor's TOTP secret, base 32."""
    digits = settings.derive("demo:totp")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return "".join(letters[int(digits[n : n + 2], 16) % 32] for n in range(0, 64, 2))


def people(slug: str) -> list[Persona]:
    """Whom the stand-in offers: a newcomer and families in different states."""
    found = [msgspec.structs.replace(NEWCOMER, label=_(NEWCOMER.label))]
    seen: dict[str, int] = {}
    for one in made(slug).families:
        if seen.get(one.status, 0) < (2 if one.status == "verified" else 1):
            seen[one.status] = seen.get(one.status, 0) + 1
            words = {
                "verified": _("wniosek sprawdzony (nr %(number)s)"),
                "submitted": _("wniosek czeka na sprawdzenie (nr %(number)s)"),
                "returned": _("wniosek do poprawy (nr %(number)s)"),
            }[one.status]
            found.append(
                Persona(
                    label=words % {"number": one.number},
                    given_name=one.guardians[0].given,
                    family_name=one.guardians[0].family,
                    pesel=one.guardians[0].pesel,
                    birth_date=one.guardians[0].born,
                )
            )
    return found


def accounts(settings: Settings) -> Iterator[DemoAccount]:
    """Every account of the demonstration."""
    for slug in ("wroclaw", *TOWNS):
        login = f"koordynator@{slug}.example"
        yield DemoAccount("coordinator", slug, "", login, password(settings, login))
        for place in made(slug).places:
            login = f"{place.code}@{slug}.example"
            yield DemoAccount("operator", slug, place.name, login, password(settings, login))
        for one in people(slug):
            name = f"{one.given_name} {one.family_name}"
            yield DemoAccount("parent", slug, "", "", "", pesel=one.pesel, name=name)
    login = "serwis@konsola.example"
    yield DemoAccount(
        "vendor", "", "", login, password(settings, login), totp=totp_secret(settings)
    )
