"""The made-up staff of a municipality."""

from collections.abc import Iterator

import msgspec

from tenants.demo.generate import City


class Member(msgspec.Struct, frozen=True):
    """One account: roles in the order they were given, of which the last is the one at work.

    `place` is the number of the institution in the city; None for the office.
    """

    login: str
    name: str
    roles: tuple[str, ...]
    place: int | None = None


def members(slug: str, city: City) -> Iterator[Member]:
    """Everybody's account. There are two coordinators because some deeds take two.

    Every institution has somebody who prepares applications and chairs the commission; the first
    one also has a director and a member of the commission.
    """
    yield Member(f"koordynator@{slug}.example", "Koordynator Miejski", ("coordinator",))
    yield Member(f"zastepca@{slug}.example", "Zastępca Koordynatora", ("coordinator",))
    yield Member(f"administrator@{slug}.example", "Administrator Gminy", ("administrator",))
    yield Member(f"iod@{slug}.example", "Inspektor Ochrony", ("iod",))
    yield Member(f"czytelnik@{slug}.example", "Czytelnik Zestawień", ("reader",))
    yield Member(f"dyrektor@{slug}.example", "Dyrektor Pierwszy", ("director",), 0)
    yield Member(f"komisja@{slug}.example", "Członek Komisji", ("member",), 0)
    for n, place in enumerate(city.places):
        login = f"{place.code}@{slug}.example"
        yield Member(login, f"Operator {place.code}", ("operator", "chair"), n)
