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
from tenants.demo.staff import members

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
    stand-in of login.gov.pl; `totp` is the secret of the second factor of everybody else."""

    role: str
    municipality: str
    institution: str
    login: str
    password: str
    pesel: str = ""
    totp: str = ""
    name: str = ""
    others: tuple[str, ...] = ()


@cache
def made(slug: str) -> City:
    """The made-up data of a municipality."""
    return city() if slug == "wroclaw" else small_town(slug, *TOWNS[slug])


def password(settings: Settings, login: str) -> str:
    """A demonstration's password: the same at every start, different in every home."""
    return f"demo-{settings.derive(f'demo:{login}')[:10]}"


def totp_secret(settings: Settings, login: str) -> str:
    """The TOTP secret of a login, base 32: the same at every start, different in every home."""
    digits = settings.derive(f"demo:totp:{login}")
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


def with_login(
    settings: Settings, role: str, slug: str, institution: str, login: str, *others: str
) -> DemoAccount:
    """An account with a password and a second factor; `others` are roles beside the first."""
    secret = totp_secret(settings, login)
    word = password(settings, login)
    return DemoAccount(role, slug, institution, login, word, totp=secret, others=others)


def accounts(settings: Settings) -> Iterator[DemoAccount]:
    """Every account of the demonstration."""
    for slug in ("wroclaw", *TOWNS):
        for one in members(slug, made(slug)):
            place = "" if one.place is None else made(slug).places[one.place].name
            yield with_login(settings, one.roles[0], slug, place, one.login, *one.roles[1:])
        for parent in people(slug):
            name = f"{parent.given_name} {parent.family_name}"
            yield DemoAccount("parent", slug, "", "", "", pesel=parent.pesel, name=name)
    yield with_login(settings, "vendor", "", "", "serwis@konsola.example")
