"""The rules of a recruitment as the office reads and types them."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.forms import stamp
from ksr_saas.kernel.i18n import _, figure, in_language
from ksr_saas.rulebooks import findings, parts, wording
from ksr_saas.rulebooks.differences import Difference, What, title_of
from ksr_saas.rulebooks.file import Wrong
from ksr_saas.rulebooks.findings import Said
from ksr_saas.rulebooks.form.labels import LABELS, TIER_WORDS, label
from ksr_saas.rulebooks.form.shapes import Control, Fields, Leaf, Typed, first
from ksr_saas.rulebooks.models import RulebookVersion
from ksr_saas.rulebooks.parts import LISTS, Part
from ksr_saas.rulebooks.setup import Setup
from ksr_saas.rulebooks.states import State


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a list on the page of the whole; `seen` is for the buttons beside it."""

    key: str
    title: str
    cells: tuple[str, ...]
    said: tuple[Said, ...]
    seen: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under a heading; criteria have one for every tier of the level."""

    title: str
    tier: str
    rows: tuple[Row, ...]


class WholeView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is set; `said` holds what speaks of no row of a list, by part."""

    basics: tuple[tuple[str, str], ...]
    criteria: tuple[Group, ...]
    lists: dict[Part, tuple[Row, ...]]
    ties: tuple[tuple[str, str], ...]
    stages: tuple[tuple[str, Any, Any, tuple[Said, ...]], ...]
    said: dict[Part, tuple[Said, ...]]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A field with what stands in it and what is said of it."""

    leaf: Leaf
    value: str
    values: tuple[str, ...]
    said: tuple[Said, ...]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A recruitment at the top of each of its pages.

    `draft` is empty, "draft" or "waiting"; `changes` counts what the draft says otherwise.
    """

    code: str
    name: str
    level: str
    school_year: str
    opened: bool
    published: bool
    draft: str
    changes: int
    base: str


def head(campaign: Campaign, draft: RulebookVersion | None, changes: Sequence[Difference]) -> Head:
    """The head of a recruitment's pages."""
    return Head(
        code=campaign.code,
        name=in_language(campaign.name),
        level=_(wording.LEVELS[campaign.level]),
        school_year=campaign.school_year,
        opened=campaign.opened_at is not None,
        published=campaign.published_at is not None,
        draft=draft.state.value if draft else "",
        changes=len(changes),
        base=f"/organ/nabory/{campaign.code}",
    )


def whole(setup: Setup, said: Sequence[Said]) -> WholeView:
    """The page of a recruitment's rules."""
    told = parts.form(Part.BASICS, setup)
    basics = parts.value(setup, Part.BASICS, "")
    lists = {part: _rows(setup, part, said) for part in LISTS}
    rows = {row.key: row for row in lists[Part.CRITERIA]}
    # A criterion of a tier the level has not is shown all the same, with what is said of it.
    odd = {one.tier for one in setup.rulebook.criteria} - set(setup.rulebook.tiers)
    tiers = [*setup.rulebook.tiers, *sorted(odd)]
    links = parts.value(setup, Part.TIES, "").ties
    chain = dict(parts.form(Part.TIES, setup).parts)["ties"]
    return WholeView(
        basics=tuple(
            (_(label(told.of, field)), shape.said(getattr(basics, field)))
            for field, shape in told.parts
        ),
        criteria=tuple(
            Group(
                title=_(TIER_WORDS[tier]),
                tier=tier.value,
                rows=tuple(rows[c.code] for c in setup.rulebook.criteria if c.tier is tier),
            )
            for tier in tiers
        ),
        lists=lists,
        ties=tuple((chain.said((one,)), one.basis) for one in links),
        stages=tuple(
            (
                title_of(Part.DATES, one),
                one.starts_at,
                one.ends_at,
                tuple(findings.of(said, Part.DATES, one.code.value)),
            )
            for one in setup.stages
        ),
        said={part: tuple(_of_the_whole(setup, part, said)) for part in Part},
    )


def _rows(setup: Setup, part: Part, said: Sequence[Said]) -> tuple[Row, ...]:
    form = parts.form(part, setup)
    return tuple(
        Row(
            key=key,
            title=title_of(part, one) or _(wording.ONE[part]),
            cells=_cells(part, form, one),
            said=tuple(findings.of(said, part, key)),
            seen=stamp(one),
        )
        for key, one in parts.listed(setup, part)
    )


def _cells(part: Part, form: Fields, one: Any) -> tuple[str, ...]:
    shapes = dict(form.parts)
    if part is Part.CRITERIA:
        return figure(one.points), shapes["kind"].said(one.kind)
    if part is Part.QUOTAS:
        worth = one.places if one.places is not None else one.share
        return shapes["criterion"].said(one.criterion), shapes["share"].said(worth)
    codes = shapes["codes"].said(one.codes)
    return (codes, figure(one.points)) if part is Part.MAXIMA else (codes, one.basis)


def _of_the_whole(setup: Setup, part: Part, said: Sequence[Said]) -> list[Said]:
    """What speaks of no single member of a list."""
    found = findings.of(said, part)
    if part is Part.DATES:
        codes = {one.code.value for one in setup.stages}
        return [one for one in found if one.key not in codes]
    if part in LISTS:
        keys = {key for key, _one in parts.listed(setup, part)}
        return [one for one in found if one.key not in keys]
    return found


def cells(
    form: Fields, typed: Typed, said: Sequence[Said], setup: Setup
) -> list[tuple[str, list[Cell]]]:
    """The fields of a form in their groups, with what was typed and what the linter says."""
    leaves = list(form.leaves("", "", typed))
    by_leaf = _by_leaf(leaves, said, setup)
    found = [
        Cell(
            leaf=leaf,
            value=first(typed, leaf.name),
            values=tuple(typed.get(leaf.name, ())),
            said=tuple(by_leaf.get(leaf.name, ())),
        )
        for leaf in leaves
    ]
    return [(legend, list(some)) for legend, some in groupby(found, lambda one: one.leaf.legend)]


def unplaced(form: Fields, typed: Typed, said: Sequence[Said], setup: Setup) -> list[Said]:
    """What speaks of none of the fields, for the top of the form."""
    leaves = list(form.leaves("", "", typed))
    placed = [one for some in _by_leaf(leaves, said, setup).values() for one in some]
    return [one for one in said if one not in placed]


def _by_leaf(leaves: Sequence[Leaf], said: Sequence[Said], setup: Setup) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for one in said:
        field = findings.stage_field(setup, one)
        named = (
            leaf.name for leaf in leaves if leaf.name == field or leaf.name.startswith(f"{field}-")
        )
        at = next(named, "") if field else ""
        if at:
            found.setdefault(at, []).append(one)
    return found


class Clash(msgspec.Struct, frozen=True):
    """A field that two people filled otherwise."""

    label: str
    mine: str
    theirs: str


def clashes(form: Fields, mine: Typed, theirs: Typed) -> list[Clash]:
    """Where what was typed and what somebody saved meanwhile differ, in words."""
    leaves = {one.name: one for source in (mine, theirs) for one in form.leaves("", "", source)}
    return [
        Clash(
            f"{leaf.legend}: {leaf.label}" if leaf.legend else leaf.label,
            _said(leaf, mine),
            _said(leaf, theirs),
        )
        for leaf in leaves.values()
        if _said(leaf, mine) != _said(leaf, theirs)
    ]


def _said(leaf: Leaf, typed: Typed) -> str:
    values = [one.replace("\r\n", "\n") for one in typed.get(leaf.name, ())]
    if leaf.control is Control.TICK:
        return _("tak") if values else _("nie")
    words = dict(leaf.options)
    return ", ".join(words.get(one, one) for one in values if one)


class DiffView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the comparison, in words."""

    title: str
    what: str
    kind: str
    before: str
    after: str


def diffs(found: Sequence[Difference]) -> list[tuple[str, list[DiffView]]]:
    """The comparison by part, parts without a change left out."""
    kinds = {What.ADDED: "ok", What.REMOVED: "stop", What.CHANGED: "wait", What.MOVED: "info"}
    return [
        (
            _(wording.PARTS[part]),
            [
                DiffView(
                    title=": ".join(filter(None, (one.title, one.field)))
                    or _(wording.ONE.get(part, wording.PARTS[part])),
                    what=_(wording.WHAT[one.what]),
                    kind=kinds[one.what],
                    before=one.before,
                    after=one.after,
                )
                for one in some
            ],
        )
        for part, some in groupby(found, lambda one: one.part)
    ]


class VersionView(msgspec.Struct, frozen=True, kw_only=True):
    """A version in the list of them; names are empty for what came from files."""

    number: int
    state: str
    kind: str
    edited_by: str
    edited_at: Any
    asked_by: str
    asked_at: Any
    decided_by: str
    decided_at: Any
    reason: str
    basis: str
    refusal: str


def version_view(one: RulebookVersion, names: Mapping[Any, str]) -> VersionView:
    """A version with the names of those who wrote, asked and decided."""
    words, kind = wording.STATES[State(one.state)]
    return VersionView(
        number=one.number,
        state=_(words),
        kind=kind,
        edited_by=names.get(one.edited_by, ""),
        edited_at=one.edited_at,
        asked_by=names.get(one.asked_by, ""),
        asked_at=one.asked_at,
        decided_by=names.get(one.decided_by, ""),
        decided_at=one.decided_at or one.created_at,
        reason=one.reason,
        basis=one.basis,
        refusal=one.refusal,
    )


def in_words(one: Wrong) -> str:
    """Where in the file and what, for people."""
    words = _(one.words) % one.values
    return f"{_where(one.at)}: {words}" if one.at else words


def _where(at: str) -> str:
    """The place of a value: "rulebook.criteria[WR].points" is "Kryteria, WR, Punkty"."""
    part, key, field = findings.place(at.removeprefix("rulebook."))
    known = at.removeprefix("rulebook.").partition("[")[0].partition(".")[0]
    if known not in findings.HEADS:
        return at
    last = field.rpartition("-")[2] or ""
    label = LABELS.get(last) or LABELS.get(field.partition("-")[0], "")
    told = (_(wording.PARTS[part]), key, _(label) if label else field)
    return ", ".join(one for one in told if one)
