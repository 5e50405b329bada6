"""The cities' files: real ones are read, wrong ones refused with file, line and reason."""

import shutil

import pytest

from tenants.commands import FOLDER
from tenants.read import BadFile, read


@pytest.mark.parametrize("slug", ["wroclaw", "warszawa", "pila"])
def test_the_real_files_are_read(slug):
    tenant = read(FOLDER / slug)
    assert tenant.file.slug == slug
    assert len([c for c in tenant.rulebook.criteria if c.tier == "statutory"]) == 7


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
