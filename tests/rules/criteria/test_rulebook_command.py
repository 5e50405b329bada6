"""`ksr rulebook check`: a line for every finding, and an exit status a script can use."""

import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from ksr_saas.applications.opening import obstacles
from ksr_saas.criteria.facts import Asked, Child
from ksr_saas.criteria.kinds import (
    Age,
    Catchment,
    Count,
    Declared,
    DeclaredAt,
    Distance,
    District,
    Exam,
    IncomeShare,
    PreferenceRank,
    SiblingApplies,
    SiblingAttends,
)
from ksr_saas.criteria.lint.finding import Applicant, LastYear
from ksr_saas.criteria.procedure import Counted, ListRule, Quota, Signature
from ksr_saas.campaigns.levels import Level
from ksr_saas.criteria.rulebook import Ranking, Tier
from ksr_saas.criteria.ties import Commission, Lottery, Nearer, Older
from tenants import read
from tenants.commands import FOLDER
from tenants.files import BadFile
from tenants.judging import openable
from tenants.rulebook_commands import rulebook
from tests.factories.recruitment import RULEBOOK, criterion, texts

KSR = Path(sys.executable).with_name("ksr")


@pytest.fixture
def city(tmp_path):
    shutil.copytree(FOLDER / "wroclaw", tmp_path / "wroclaw")
    return tmp_path / "wroclaw"


def spoil(file, before, after):
    assert before in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(before, after, 1), "utf-8")


def test_a_real_city_passes(capsys):
    assert rulebook(["check", "pila"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "errors: 0, warnings: 0, notes: 1"
    assert said[0].startswith("pila/rulebook.toml:9: note: criteria[UST_WIELODZ].points: ")


def test_an_error_is_printed_with_its_place_and_its_article():
    run = subprocess.run([KSR, "rulebook", "check", "x"], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.endswith("there is no such file\n")


def test_errors_stand_first_and_make_the_exit_status_one(city, capsys):
    spoil(city / "rulebook.toml", 'points = "25"', 'points = "-25"')
    spoil(city / "timetable.toml", "2027-04-30T15:00:00", "2027-09-30T15:00:00")
    assert rulebook(["check", str(city)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("wroclaw/rulebook.toml:56: error: criteria[WR_RODZ].points: ")
    assert said[1].startswith("wroclaw/timetable.toml:40: error: stages[admission].ends_at: ")
    assert "art. 161" in said[1]
    assert said[-1].startswith("errors: 2, ")


def test_one_file_is_judged_with_the_timetable_beside_it(city, capsys):
    spoil(city / "timetable.toml", "2027-04-30T15:00:00", "2027-09-30T15:00:00")
    assert rulebook(["check", str(city / "rulebook.toml")]) == 1
    (city / "timetable.toml").unlink()
    assert rulebook(["check", str(city / "rulebook.toml")]) == 0


def test_a_file_of_any_name_is_judged(city, tmp_path, capsys):
    shutil.copy(city / "rulebook.toml", tmp_path / "draft.toml")
    assert rulebook(["check", str(tmp_path / "draft.toml")]) == 0
    assert f"{tmp_path.name}/draft.toml:11: note: " in capsys.readouterr().out


def test_a_folder_without_a_rulebook_is_named(tmp_path, capsys):
    assert rulebook(["check", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith("rulebook.toml:1: there is no such file\n")


def test_last_years_children_are_read_from_a_file(city, tmp_path, capsys):
    here = UUID(int=1)
    equals = LastYear(tuple(Applicant(Child(), (Asked(here),)) for _ in range(3)), {here: 2})
    (tmp_path / "last.json").write_bytes(msgspec.json.encode(equals))
    assert rulebook(["check", str(city), "--last-year", str(tmp_path / "last.json")]) == 0
    assert "3 children" in capsys.readouterr().out
    (tmp_path / "last.json").write_text("{}")
    assert rulebook(["check", str(city), "--last-year", str(tmp_path / "last.json")]) == 1


@pytest.mark.parametrize("arguments", [[], ["check"], ["chekc", "pila"], ["check", "a", "b"]])
def test_another_command_is_answered_with_the_usage(arguments, capsys):
    assert rulebook(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: ksr rulebook check")


def test_a_field_that_nobody_reads_is_an_error(city):
    spoil(city / "rulebook.toml", "[[exclusions]]", "[[exclusion]]")
    with pytest.raises(BadFile, match=r"rulebook.toml:\d+: exclusion: there is no such field"):
        read.read(city)
    spoil(city / "rulebook.toml", "[[exclusion]]", "[[exclusions]]")
    spoil(city / "rulebook.toml", 'code = "WR_NASZ"\n', 'code = "WR_NASZ"\nproof_ = "x"\n')
    with pytest.raises(BadFile, match=r"rulebook.toml:29: .*\.proof_: there is no such field"):
        read.read(city)


def test_a_rulebook_of_tomorrow_is_refused(city):
    spoil(city / "rulebook.toml", "schema = 2", "schema = 3")
    with pytest.raises(BadFile, match=r"rulebook.toml:3: schema 3 of a rulebook"):
        read.read(city)


replace = msgspec.structs.replace
EXAM = Exam(subject="polish", weight=Decimal("0.35"), exempt={"6": Decimal(35)})


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"ties": (Older("uchwała"), Lottery("uchwała"), Commission())}, "ties[1]"),
        ({"ties": (Nearer("uchwała"), Commission())}, "ties[0]"),
        (
            {"quotas": (Quota(code="a", criterion="b", name=texts("c"), basis="d", places=1),)},
            "quotas",
        ),
    ],
)
def test_what_families_cannot_be_asked_yet_is_not_opened(changed, path):
    assert obstacles(RULEBOOK) == ()
    assert [one.path for one in obstacles(replace(RULEBOOK, **changed))] == [path]


@pytest.mark.parametrize(
    "kind",
    [
        Declared(),
        DeclaredAt(),
        SiblingAttends(),
        SiblingApplies(),
        IncomeShare(Decimal(674)),
        Count(2),
        Distance(1000),
        Catchment(),
        District(),
        PreferenceRank((Decimal(8),)),
        Age((2021,)),
        EXAM,
    ],
)
def test_what_families_can_be_asked_is_opened(kind):
    asked = replace(RULEBOOK, criteria=(criterion("a", Tier.LOCAL, "8", kind),))
    assert obstacles(asked) == ()


def test_a_recruitment_by_rules_that_nothing_follows_yet_is_refused(city, capsys):
    older = '[[ties]]\ntype = "lottery"\nbasis = "uchwała"\n\n[[ties]]\ntype = "commission"'
    spoil(city / "rulebook.toml", '[[ties]]\ntype = "commission"', older)
    tenant = read.read(city)
    with pytest.raises(BadFile, match="no run knows distances or a draw yet"):
        openable(city / "rulebook.toml", tenant.rulebook)
    assert rulebook(["check", str(city)]) == 0
    assert "note: ties[0]: no run knows" in capsys.readouterr().out
