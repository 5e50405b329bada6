"""The cities' files: real ones are read, wrong ones refused with file, line and reason."""

import shutil
from collections import Counter

import pytest

from ksr_saas.campaigns.levels import Level
from ksr_saas.criteria.rulebook import SCHEMA, Tier
from tenants.commands import FOLDER
from tenants.files import BadFile
from tenants.judging import openable
from tenants.read import read, read_recruitment, recruitments

OWN = {Tier.LOCAL, Tier.POINTS, Tier.FIRST, Tier.HEALTH}


@pytest.mark.parametrize("slug", ["wroclaw", "warszawa", "pila"])
def test_the_real_files_are_read(slug):
    tenant = read(FOLDER / slug)
    assert tenant.file.slug == slug
    assert len([c for c in tenant.rulebook.criteria if c.tier == "statutory"]) == 7


@pytest.mark.parametrize(
    "folder", recruitments(FOLDER), ids=lambda one: str(one.relative_to(FOLDER))
)
def test_every_recruitment_of_every_city_is_read_without_an_error(folder):
    rulebook, campaign = read_recruitment(folder)
    assert rulebook.schema == SCHEMA
    assert all(one.source.startswith("http") for one in rulebook.criteria if one.tier in OWN)
    assert len({one.code for one in rulebook.criteria}) == len(rulebook.criteria)
    assert campaign.school_year == "2027/2028"


def test_there_are_cities_of_every_level_and_every_way_to_count():
    levels = Counter(read_recruitment(one)[0].level for one in recruitments(FOLDER))
    assert levels == {Level.PRESCHOOL: 4, Level.PRIMARY: 4, Level.SECONDARY: 2}


@pytest.mark.parametrize(
    "slug", ["bielskobiala", "oborniki", "pila", "poznan", "warszawa", "wroclaw"]
)
def test_a_city_whose_rules_are_all_known_can_be_opened(slug):
    tenant = read(FOLDER / slug)
    openable(FOLDER / slug / "rulebook.toml", tenant.rulebook)


@pytest.mark.parametrize(
    ("file", "before", "after", "expected"),
    [
        (
            "tenant.toml",
            'brand = "#a8132a"',
            'brand = "#ffaaaa"',
            "tenant.toml:9: brand is too light",
        ),
        ("tenant.toml", 'brand = "#a8132a"', 'brand = "red"', "tenant.toml:9: brand must be"),
        (
            "rulebook.toml",
            'points = "25"',
            'points = "-1"',
            "WR_RODZ].points: points must be positive",
        ),
        ("rulebook.toml", "max_preferences = 3", "max_preferences = 0", "at least 1"),
        ("rulebook.toml", 'points = "50"', 'points = "many"', "rulebook.toml:"),
        ("timetable.toml", 'code = "results"', 'code = "party"', "timetable.toml:"),
        ("timetable.toml", "[[stages]]", "[[stages]", "timetable.toml:"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, file, before, after, expected):
    shutil.copytree(FOLDER / "wroclaw", tmp_path / "wroclaw")
    place = tmp_path / "wroclaw" / file
    assert before in place.read_text()
    place.write_text(place.read_text().replace(before, after, 1))
    with pytest.raises(BadFile) as refusal:
        read(tmp_path / "wroclaw")
    assert expected in str(refusal.value)
