"""A recruitment as one file: there and back, and what is wrong at its place."""

import json

import pytest

from ksr_saas.campaigns.levels import Level
from ksr_saas.rulebooks import file
from ksr_saas.rulebooks.starting import starting


def plain(level=Level.PRESCHOOL):
    return json.loads(file.written(starting(level, 2028)))


def put(document, path, value):
    """Set what stands at a path of keys and numbers."""
    *way, last = path
    for step in way:
        document = document[step]
    document[last] = value


def refused(content, level=Level.PRESCHOOL):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(file.BadFile) as problem:
        file.read(raw, level)
    return [(one.at, one.words) for one in problem.value.wrong]


@pytest.mark.parametrize("level", [Level.PRESCHOOL, Level.PRIMARY, Level.SECONDARY])
def test_what_is_written_is_read_back_the_same(level):
    setup = starting(level, 2028)
    assert file.read(file.written(setup).encode(), level) == setup
    assert file.written(file.read(file.written(setup).encode(), level)) == file.written(setup)


def test_a_file_of_windows_with_a_mark_of_its_order_is_read():
    assert file.read("\ufeff".encode() + json.dumps(plain()).encode(), Level.PRESCHOOL)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", file.EMPTY),
        (b" \n", file.EMPTY),
        (b"x" * (file.LARGEST + 1), file.TOO_LARGE),
        ("zażółć".encode("cp1250"), file.NOT_TEXT),
        (b'{"format":\n', file.BROKEN),
        (b"[" * 100_000, file.NOT_OURS),
        (b"[]", file.NOT_OURS),
        (b'{"format": "other"}', file.NOT_OURS),
    ],
)
def test_what_is_no_such_file_is_refused_whole(content, words):
    assert refused(content) == [("", words)]


@pytest.mark.parametrize(
    ("path", "value", "at", "words"),
    [
        (("version",), 7, "version", file.OTHER_VERSION),
        (("rulebook", "schema"), 99, "rulebook.schema", file.OTHER_VERSION),
        (("rulebook", "criteria"), "all", "rulebook.criteria", file.WRONG),
        (("rulebook", "max_preferences"), "three", "rulebook.max_preferences", file.WRONG),
        (("rulebook", "colour"), "red", "rulebook.colour", file.UNKNOWN),
        (("rulebook", "max_preferences"), 10**9, "rulebook.max_preferences", file.BAD_NUMBER),
        (("name", "pl"), "x\u0000y", "name.pl", file.BAD_TEXT),
    ],
)
def test_what_is_wrong_is_said_with_its_place(path, value, at, words):
    document = plain()
    put(document, path, value)
    assert (at, words) in refused(document)


def test_every_wrong_criterion_is_named_at_once():
    document = plain()
    first, second = document["rulebook"]["criteria"][:2]
    del first["points"]
    second["points"] = "much"
    code, other = first["code"], second["code"]
    assert refused(document) == [
        (f"rulebook.criteria[{code}]", file.MISSING),
        (f"rulebook.criteria[{other}].points", file.WRONG),
    ]


def test_a_file_of_another_level_is_not_taken():
    assert ("rulebook.level", file.OTHER_LEVEL) in refused(plain(), Level.PRIMARY)
