"""Rulebooks of earlier recruitments are read as they were meant."""

import json
import shutil
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from ksr_saas.criteria import stored
from ksr_saas.criteria.evaluation import standings
from ksr_saas.criteria.facts import Answer, Asked, Child
from ksr_saas.criteria.lint.finding import Severity
from ksr_saas.criteria.lint.linter import lint
from ksr_saas.criteria.proofs import Document, Form
from ksr_saas.campaigns.levels import Level
from ksr_saas.criteria.rulebook import SCHEMA
from ksr_saas.criteria.ties import Commission
from tenants import read
from tenants.commands import FOLDER
from tenants.demo.generate import city

FIRST = Path(__file__).with_name("schema-1-wroclaw.json")


@pytest.fixture
def first():
    """Wrocław's rulebook as the first version of the program stored it."""
    return json.loads(FIRST.read_text())


def as_the_first_version_did(rulebook, answers, institution):
    """The points of schema 1, worked out from its stored form alone."""
    given = {(one.code, one.at): one for one in answers}
    sums = {"statutory": Decimal(0), "local": Decimal(0)}
    for one in rulebook["criteria"]:
        at = institution if one["kind"]["type"] == "declared-at" else None
        if (answer := given.get((one["code"], at))) is None:
            continue
        points = Decimal(one["points"])
        if one["kind"]["type"] == "income-share":
            limit = Decimal(one["kind"]["limit"])
            if answer.amount is None:
                continue
            if answer.amount > limit:
                points = round(points * limit / answer.amount + Decimal("1e-12"), 2)
        sums[one["tier"]] += points
    return tuple(sums.values())


def test_the_points_of_a_stored_recruitment_do_not_change(first):
    old, new = stored.read(first), read.read(FOLDER / "wroclaw").rulebook
    for family in city().families:
        answers = tuple(
            Answer(c.criterion, None if c.place is None else UUID(int=c.place), c.amount)
            for c in family.claims
        )
        wishes = [Asked(UUID(int=x), rank) for rank, x in enumerate(family.wishes, start=1)]
        expected = [as_the_first_version_did(first, answers, x.institution) for x in wishes]
        assert standings(old, Child(answers=answers), wishes) == expected
        assert standings(new, Child(answers=answers), wishes) == expected


def test_what_the_first_version_could_not_say_has_its_only_meaning(first):
    found = stored.read(first)
    assert (found.schema, found.level) == (SCHEMA, Level.PRESCHOOL)
    assert found.ties == (Commission(),)
    assert (found.exclusions, found.maxima, found.quotas) == ((), (), ())


def test_what_proved_a_criterion_of_the_first_version_still_does(first):
    found = stored.read(first)
    assert {one.proofs[0].document for one in found.criteria} == {Document.OTHER}
    stated = {one.code for one in found.criteria if Form.STATEMENT in one.proofs[0].forms}
    assert stated == {one["code"] for one in first["criteria"] if one["statement"]}
    assert [one.rule for one in lint(found) if one.severity is Severity.ERROR] == []


def test_a_file_of_the_first_version_is_read(tmp_path):
    shutil.copytree(FOLDER / "wroclaw", tmp_path / "wroclaw")
    file = tmp_path / "wroclaw" / "rulebook.toml"
    text = file.read_text("utf-8").partition("[[exclusions]]")[0]
    new = ("schema =", "level =", "signature =", "appeal =", "source =", "proofs =")
    file.write_text("\n".join(x for x in text.splitlines() if not x.startswith(new)), "utf-8")
    rulebook, _ = read.read_recruitment(tmp_path / "wroclaw")
    assert [one.points for one in rulebook.criteria if one.tier == "local"] == [40, 20, 50, 25, 20]


def test_a_rulebook_is_stored_and_read_again():
    for folder in read.recruitments(FOLDER):
        rulebook = read.read_rulebook(folder / "rulebook.toml")
        plain = json.loads(json.dumps(msgspec.to_builtins(rulebook)))
        assert stored.read(plain) == rulebook


@pytest.mark.parametrize("schema", [0, 3, "2", None])
def test_a_rulebook_of_a_version_we_do_not_know_is_refused(first, schema):
    with pytest.raises(stored.UnknownSchema):
        stored.read(first | {"schema": schema})
