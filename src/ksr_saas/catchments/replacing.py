"""What a new set of catchments changes of the present one. Pure."""

from collections.abc import Sequence

import msgspec

from ksr_saas.catchments.rules import Segment


class Change(msgspec.Struct, frozen=True):
    """The way from the present set of a school year to another one.

    `kept` pairs a present segment with the same one of the new set, `changed` one with what takes
    its place: another school for the same numbers, or other numbers of the same school.
    `after` is everything that will be there, also of other years.
    """

    kept: tuple[tuple[Segment, Segment], ...]
    added: tuple[Segment, ...]
    changed: tuple[tuple[Segment, Segment], ...]
    removed: tuple[Segment, ...]
    after: tuple[Segment, ...]

    @property
    def gone(self) -> tuple[Segment, ...]:
        """Segments that no longer are of the school year."""
        return (*(old for old, _ in self.changed), *self.removed)

    @property
    def new(self) -> tuple[Segment, ...]:
        """Segments that are made."""
        return (*(new for _, new in self.changed), *self.added)


def ended(segment: Segment, year: int) -> Segment | None:
    """What is left of it when it is not of the school year `year` any more; None for nothing."""
    if segment.valid_from >= year:
        return None
    return msgspec.structs.replace(segment, valid_to=year - 1)


def change(there: Sequence[Segment], wanted: Sequence[Segment], year: int) -> Change:
    """Put `wanted` in the place of what is there in the school year `year`.

    Segments of later years stay, and a new one lasts until those of its street begin.
    """
    present = {one.identity: one for one in there if one.valid_in(year)}
    later: dict[object, int] = {}
    for one in there:
        if one.valid_from > year:
            later[one.place] = min(later.get(one.place, one.valid_from), one.valid_from)
    wanted = [
        msgspec.structs.replace(one, valid_to=later[one.place] - 1) if one.place in later else one
        for one in wanted
    ]
    kept = [(present[one.identity], one) for one in wanted if one.identity in present]
    same = {old.identity for old, _ in kept}
    added = [one for one in wanted if one.identity not in same]
    removed = [one for key, one in present.items() if key not in same]
    changed: list[tuple[Segment, Segment]] = []
    for alike in (_numbers, _school):
        by_key = {alike(one): one for one in removed}
        pairs = [(by_key.pop(alike(one), None), one) for one in added]
        changed += [(old, one) for old, one in pairs if old is not None]
        added = [one for old, one in pairs if old is None]
        left = {old.identity for old, _ in changed}
        removed = [one for one in removed if one.identity not in left]
    gone = {one.id for one in (*(old for old, _ in changed), *removed)}
    stay = [ended(one, year) if one.id in gone else one for one in there]
    return Change(
        kept=tuple(kept),
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(removed),
        after=(*(one for one in stay if one), *(new for _, new in changed), *added),
    )


def _numbers(one: Segment) -> object:
    return one.place, one.span


def _school(one: Segment) -> object:
    return one.place, one.institution, one.span.parity
