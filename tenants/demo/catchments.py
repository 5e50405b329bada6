"""Made-up catchments: streets of the real estates among the nearest schools. Pure."""

from collections.abc import Iterator, Sequence

from ksr_saas.catchments.houses import House, Parity, Span
from ksr_saas.catchments.streets import street_of
from tenants.demo.places import Estate, Place, away

MOST_SCHOOLS = 20
PARTED_AT = 40  # the last number of the nearer school where two share a street
SOURCE = "Obwód wymyślony na potrzeby pokazu"


def segments(places: Sequence[Place], estates: Sequence[Estate]) -> Iterator[tuple[int, str, Span]]:
    """Place, street and numbers; every second street is parted between the two nearest schools.

    Nothing where no place is a complex, which holds a primary school.
    """
    schools = [n for n, one in enumerate(places) if one.kind == "complex"][:MOST_SCHOOLS]
    if not schools:
        return
    seen = set()
    for estate in estates:
        near = sorted(schools, key=lambda n: away(places[n].lat, places[n].lon, estate))
        first, second = near[0], near[min(1, len(near) - 1)]
        for street in estate.streets:
            name = street_of(street)
            if name in seen:
                continue
            seen.add(name)
            if len(seen) % 2 or first == second:
                yield first, street, Span()
            else:
                yield first, street, Span(Parity.EVEN)
                yield first, street, Span(Parity.ODD, None, House(PARTED_AT - 1))
                yield second, street, Span(Parity.ODD, House(PARTED_AT + 1))
