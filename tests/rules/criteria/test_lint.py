"""A corpus of seeded errors: the linter finds each, at its line, and says what the law says."""

import re
import shutil

import pytest

from ksr_saas.criteria import national
from ksr_saas.criteria.lint.finding import Severity
from tenants import read
from tenants.commands import FOLDER
from tenants.files import BadFile
from tenants.rulebook_commands import findings

# Not false: what is known to be open in the real files, and nothing else.
REAL = {"assumed", "no-form"}
KNOWN = {
    "warszawa": {("age", "criteria[WA_BLISKO]")},
    "poznan": {("rank-points", "criteria[PZ_PREF].kind.by_rank")},
}
CITIES = sorted(one.parent.name for one in FOLDER.glob("*/tenant.toml"))


def told(place):
    """(rule, path) of everything but notes."""
    return {
        (one.finding.rule, one.finding.path)
        for one in findings(place)
        if one.finding.severity is not Severity.NOTE
    }


@pytest.mark.parametrize("slug", CITIES)
def test_nothing_is_said_of_the_real_files_that_is_not_so(slug):
    found = findings(FOLDER / slug)
    assert told(FOLDER / slug) == KNOWN.get(slug, set())
    assert {x.finding.rule for x in found if x.finding.severity is Severity.NOTE} <= REAL


RULES, DATES, POINTS = "rulebook.toml", "timetable.toml", "../points.toml"
WORDS = 'name = { pl = "Rodzeństwo w placówce"'
QUOTA = """
[[quotas]]
code = "INT"
criterion = "UST_NP_KAND"
name = { pl = "Miejsca", uk = "Місця", en = "Places" }
basis = "art. 127"
places = 5
"""
AGE = """[[criteria]]
code = "WR_WIEK"
tier = "local"
points = "5"
kind = { type = "age", born = [2021] }
basis = "uchwała"
name = { pl = "Starsze", uk = "Старші", en = "Older ones" }
question = { pl = "Starsze?", uk = "Старші?", en = "Older?" }
proof = { pl = "Brak", uk = "Немає", en = "None" }
"""


def more(kind, points="5", code="WR_NOWE", proofs=True):
    """One more local criterion."""
    named = 'proofs = [{ document = "OSW_ZAMIESZK", forms = ["statement"] }]\n' if proofs else ""
    return AGE.replace("WR_WIEK", code).replace(
        'points = "5"\nkind = { type = "age", born = [2021] }\n',
        f'points = "{points}"\nkind = {kind}\n{named}',
    )


def several(*blocks):
    return "\n".join(blocks)


DISTANCE = '{{ type = "distance", metres = {} }}'
SAME, OTHER = ('{{ type = "district", whose = "{}" }}'.format(whose) for whose in ("same", "other"))
RODZ_BASIS = 'code = "WR_RODZ"\ntier = "local"\npoints = "25"\nkind = { type = "declared-at" }\n'

# name: file, what stands there, what is put in its place (or added where nothing stands),
# the rule that has to speak and the path it names. All on the files of Wrocław.
SEEDED = {
    "a statutory criterion worth more": (
        RULES,
        "",
        several(
            AGE.replace("WR_WIEK", "WR_USTAW")
            .replace('tier = "local"', 'tier = "statutory"')
            .replace('{ type = "age", born = [2021] }', '{ type = "declared" }')
        ),
        "statutory-unequal",
        "criteria[WR_USTAW].points",
    ),
    "an eighth statutory criterion": (
        RULES,
        "",
        AGE.replace('tier = "local"', 'tier = "statutory"').replace('"5"', '"200"'),
        "statutory-count",
        "criteria",
    ),
    "seven local criteria": (
        RULES,
        "",
        several(more('{ type = "declared" }', code="A1"), more('{ type = "declared" }', code="A2")),
        "local-count",
        "criteria[A2]",
    ),
    "local points above one statutory criterion in a plain sum": (
        RULES,
        'statutory_points = "200"',
        'statutory_points = "135"\nranking = "plain-sum"',
        "local-outweighs",
        "ranking",
    ),
    "an age criterion": (RULES, "", AGE, "age", "criteria[WR_WIEK]"),
    "an age criterion in words": (
        RULES,
        'pl = "Rodzeństwo w placówce"',
        'pl = "Roczne obowiązkowe przygotowanie przedszkolne"',
        "age",
        "criteria[WR_RODZ]",
    ),
    "the same code twice": (
        RULES,
        'code = "WR_NASZ"',
        'code = "WR_PRACA"',
        "same-code",
        "criteria[WR_PRACA].code",
    ),
    "negative points": (RULES, '"25"', '"-25"', "points", "criteria[WR_RODZ].points"),
    "thousandths of a point": (RULES, '"25"', '"25.001"', "points", "criteria[WR_RODZ].points"),
    "an income limit of nothing": (
        RULES,
        'limit = "1500"',
        'limit = "0"',
        "kind",
        "criteria[WR_DOCHOD].kind.limit",
    ),
    "a stage the level does not have": (
        RULES,
        RODZ_BASIS,
        RODZ_BASIS.replace('"local"', '"health"'),
        "tier",
        "criteria[WR_RODZ].tier",
    ),
    "a place that counts everywhere": (
        RULES,
        RODZ_BASIS,
        f'{RODZ_BASIS}scope = "candidate"\n',
        "scope",
        "criteria[WR_RODZ].scope",
    ),
    "no resolution": (RULES, "legal_basis = [", "legal_basis = []\n#", "basis", "legal_basis"),
    "a criterion from nowhere": (
        RULES,
        f'{RODZ_BASIS}assumed = false\nbasis = "uchwała LXIV/1665/23 Rady Miejskiej Wrocławia z'
        ' 19.01.2023"',
        f'{RODZ_BASIS}assumed = false\nbasis = ""',
        "basis",
        "criteria[WR_RODZ].basis",
    ),
    "no preferences": (
        RULES,
        "max_preferences = 3",
        "max_preferences = 0",
        "preferences",
        "max_preferences",
    ),
    "five preferences without permission": (
        RULES,
        "max_preferences = 3",
        "max_preferences = 5",
        "preferences-basis",
        "max_preferences",
    ),
    "points by the place on the list": (
        RULES,
        "",
        more('{ type = "preference-rank", by_rank = ["5", "4", "3"] }'),
        "rank-points",
        "criteria[WR_NOWE].kind.by_rank",
    ),
    "points for fewer places than the list has": (
        RULES,
        "",
        more('{ type = "preference-rank", by_rank = ["5", "4"] }'),
        "rank-length",
        "criteria[WR_NOWE].kind.by_rank",
    ),
    "five-year-olds left out": (
        RULES,
        "birth_years = [2021, 2022, 2023, 2024]",
        "birth_years = [2021, 2023, 2024]",
        "birth-years",
        "birth_years",
    ),
    "pupils let in": (
        RULES,
        "birth_years = [2021,",
        "birth_years = [2016, 2021,",
        "birth-years",
        "birth_years",
    ),
    "nobody's years": (
        RULES,
        "birth_years = [2021, 2022, 2023, 2024]",
        "birth_years = []",
        "birth-years",
        "birth_years",
    ),
    "an exclusion of nothing": (
        RULES,
        '"WR_NASZ", "WR_NASZ_MAX"]',
        '"WR_NASZ", "WR_NASZ_MINI"]',
        "exclusions",
        "exclusions[0].codes",
    ),
    "an exclusion of one": (
        RULES,
        '["WR_NASZ", "WR_NASZ_MAX"]',
        '["WR_NASZ"]',
        "exclusions",
        "exclusions[0].codes",
    ),
    "an exclusion of statutory criteria": (
        RULES,
        '["WR_NASZ", "WR_NASZ_MAX"]',
        '["UST_NP_RODZIC1", "UST_NP_RODZICE"]',
        "exclusions-statutory",
        "exclusions[0].codes",
    ),
    "an exclusion across stages": (
        RULES,
        '["WR_NASZ", "WR_NASZ_MAX"]',
        '["UST_SAMOTNE", "WR_PRACA"]',
        "exclusions",
        "exclusions[0].codes",
    ),
    "one criterion in two exclusions": (
        RULES,
        "[[exclusions]]",
        '[[exclusions]]\ncodes = ["WR_NASZ", "WR_RODZ"]\nbasis = "uchwała"\n\n[[exclusions]]',
        "exclusions",
        "exclusions[WR_NASZ]",
    ),
    "an exclusion half in a maximum": (
        RULES,
        "[[exclusions]]",
        '[[maxima]]\ncodes = ["WR_NASZ", "WR_RODZ"]\npoints = "30"\nbasis = "uchwała"\n\n'
        "[[exclusions]]",
        "exclusions",
        "exclusions[0].codes",
    ),
    "a maximum of nothing": (
        RULES,
        "[[exclusions]]",
        '[[maxima]]\ncodes = ["WR_PRACA", "WR_RODZ"]\npoints = "0"\nbasis = "uchwała"\n\n'
        "[[exclusions]]",
        "maxima",
        "maxima[0].points",
    ),
    "criteria that exclude each other": (
        RULES,
        "",
        several(more(SAME, code="W_DZIELNICY"), more(OTHER, code="POZA_DZIELNICA")),
        "exclude-each-other",
        "criteria[POZA_DZIELNICA]",
    ),
    "criteria that contain each other": (
        RULES,
        "",
        several(more(DISTANCE.format(1000), code="KM1"), more(DISTANCE.format(3000), code="KM3")),
        "counts-twice",
        "criteria[KM3]",
    ),
    "a text without Ukrainian": (
        RULES,
        'uk = "Брат або сестра в закладі", ',
        "",
        "translation",
        "criteria[WR_RODZ].name.uk",
    ),
    "a text with nothing in it": (
        RULES,
        'en = "A sibling at the preschool"',
        'en = " "',
        "translation",
        "criteria[WR_RODZ].name.en",
    ),
    "Polish where Ukrainian should be": (
        RULES,
        'uk = "Брат або сестра в закладі"',
        'uk = "Rodzeństwo w placówce"',
        "translation",
        "criteria[WR_RODZ].name.uk",
    ),
    "Polish where English should be": (
        RULES,
        'en = "A sibling at the preschool"',
        'en = "Rodzeństwo w placówce"',
        "translation",
        "criteria[WR_RODZ].name.en",
    ),
    "a stage without English": (
        DATES,
        ', en = "Results" }',
        " }",
        "translation",
        "stages[results].name.en",
    ),
    "a criterion without a proof": (
        RULES,
        "",
        more('{ type = "declared" }', proofs=False),
        "proof",
        "criteria[WR_NOWE].proofs",
    ),
    "a statement that is said to be enough and is not taken": (
        RULES,
        "",
        more('{ type = "declared" }').replace('["statement"]', '["original"]'),
        "proof",
        "criteria[WR_NOWE].proofs",
    ),
    "a document in no form": (
        RULES,
        "",
        more('{ type = "declared" }').replace('["statement"]', "[]"),
        "proof",
        "criteria[WR_NOWE].proofs",
    ),
    "nobody who decides about equals": (
        RULES,
        'type = "commission"\nbasis = "art. 157 ust. 2 ustawy – Prawo oświatowe"',
        'type = "older"\nbasis = "uchwała"',
        "tie-end",
        "ties",
    ),
    "something after the commission": (
        RULES,
        '[[ties]]\ntype = "commission"',
        '[[ties]]\ntype = "commission"\n\n[[ties]]\ntype = "commission"',
        "tie-end",
        "ties[0]",
    ),
    "a tie rule from nowhere": (
        RULES,
        "[[ties]]",
        '[[ties]]\ntype = "younger"\nbasis = ""\n\n[[ties]]',
        "tie-basis",
        "ties[0].basis",
    ),
    "a lottery": (
        RULES,
        "[[ties]]",
        '[[ties]]\ntype = "lottery"\nbasis = "uchwała"\n\n[[ties]]',
        "tie-lottery",
        "ties[0]",
    ),
    "a reserve for nobody": (
        RULES,
        "",
        QUOTA.replace("UST_NP_KAND", "NIKT"),
        "quota",
        "quotas[INT].criterion",
    ),
    "a reserve of no size": (RULES, "", QUOTA.replace("places = 5", ""), "quota", "quotas[INT]"),
    "a reserve of nothing": (
        RULES,
        "",
        QUOTA.replace("places = 5", "places = 0"),
        "quota",
        "quotas[INT]",
    ),
    "a reserve of two sizes": (
        RULES,
        "",
        f'{QUOTA}share = "0.5"\n',
        "quota",
        "quotas[INT]",
    ),
    "a reserve from nowhere": (
        RULES,
        "",
        QUOTA.replace("art. 127", ""),
        "quota",
        "quotas[INT].basis",
    ),
    "reserves of more than the whole": (
        RULES,
        "",
        several(
            QUOTA.replace("places = 5", 'share = "0.6"'),
            QUOTA.replace("places = 5", 'share = "0.6"').replace("INT", "INT2"),
        ),
        "quota",
        "quotas",
    ),
    "seven days for an appeal": (RULES, "appeal = 3,", "appeal = 7,", "appeal", "appeal.appeal"),
    "names on the web": (
        RULES,
        "signature =",
        "publication = { names_online = true }\nsignature =",
        "names-online",
        "publication.names_online",
    ),
    "hidden lowest points": (
        RULES,
        "signature =",
        "publication = { lowest_points = false }\nsignature =",
        "lowest-points",
        "publication.lowest_points",
    ),
    "results before the end of the check": (
        DATES,
        "starts_at = 2027-04-14T13:00:00\nends_at = 2027-04-14T23:59:00",
        "starts_at = 2027-04-08T13:00:00\nends_at = 2027-04-14T23:59:00",
        "stage-overlap",
        "stages[results].starts_at",
    ),
    "admission while families may resign": (
        DATES,
        "starts_at = 2027-04-19T14:00:00",
        "starts_at = 2027-04-15T14:00:00",
        "stage-overlap",
        "stages[admission].starts_at",
    ),
    "a stage that ends before it starts": (
        DATES,
        "ends_at = 2027-03-24T15:00:00",
        "ends_at = 2027-03-04T15:00:00",
        "stage-order",
        "stages[submission]",
    ),
    "a stage twice": (
        DATES,
        'code = "resignation"',
        'code = "results"',
        "stage-order",
        "stages[results]",
    ),
    "stages in another order": (
        DATES,
        'code = "verification"',
        'code = "admission"',
        "stage-order",
        "stages[admission]",
    ),
    "no results": (
        DATES,
        '[[stages]]\ncode = "results"\nname = { pl = "Ogłoszenie wyników", uk = "Оголошення'
        ' результатів", en = "Results" }\nstarts_at = 2027-04-14T13:00:00\n'
        "ends_at = 2027-04-14T23:59:00\n",
        "",
        "stage-order",
        "stages[results]",
    ),
    "no stage to resign in": (
        DATES,
        'code = "resignation"',
        'code = "confirmation"',
        "confirmation",
        "stages",
    ),
    "rules made public in February": (
        DATES,
        'code = "offer"\n',
        'code = "rules"\nname = { pl = "Zasady", uk = "Правила", en = "Rules" }\n'
        "starts_at = 2027-02-01T00:00:00\nends_at = 2027-02-02T00:00:00\n\n"
        '[[stages]]\ncode = "offer"\n',
        "rules-late",
        "stages[rules].starts_at",
    ),
    "a supplementary round in September": (
        DATES,
        "ends_at = 2027-04-30T15:00:00",
        "ends_at = 2027-09-01T15:00:00",
        "after-august",
        "stages[admission].ends_at",
    ),
    "last year's dates": (
        DATES,
        "starts_at = 2027-03-08T12:00:00",
        "starts_at = 2026-03-08T12:00:00",
        "school-year",
        "stages[offer].starts_at",
    ),
    "six days for a declaration": (
        DATES,
        'code = "offer"\n',
        'code = "continuation"\nname = { pl = "Deklaracje", uk = "Декларації", en = "Staying" }\n'
        "starts_at = 2027-03-04T00:00:00\nends_at = 2027-03-10T00:00:00\n\n"
        '[[stages]]\ncode = "offer"\n',
        "continuation",
        "stages[continuation].ends_at",
    ),
    "a declaration after the start": (
        DATES,
        'code = "offer"\n',
        'code = "continuation"\nname = { pl = "Deklaracje", uk = "Декларації", en = "Staying" }\n'
        "starts_at = 2027-03-04T00:00:00\nends_at = 2027-03-12T00:00:00\n\n"
        '[[stages]]\ncode = "offer"\n',
        "stage-overlap",
        "stages[submission].starts_at",
    ),
    "an hour that does not exist": (
        DATES,
        "ends_at = 2027-03-24T15:00:00",
        "ends_at = 2027-03-28T02:30:00",
        "no-such-hour",
        "stages[submission].ends_at",
    ),
    "a phase for the catchment of a preschool": (
        RULES,
        "signature =",
        "catchment_phase = true\nsignature =",
        "catchment-phase",
        "catchment_phase",
    ),
}


# The same for what only other levels have: first the folder, then as above.
SEEDED = {name: ("wroclaw", *one) for name, one in SEEDED.items()} | {
    "children of the catchment as anybody": (
        "oborniki",
        RULES,
        'kind = { type = "catchment" }',
        'kind = { type = "declared" }',
        "catchment",
        "criteria",
    ),
    "points for the catchment": (
        "oborniki",
        RULES,
        'tier = "first"',
        'tier = "local"',
        "catchment",
        "criteria[OBWOD].tier",
    ),
    "seven-year-olds left out": (
        "bielskobiala",
        RULES,
        "birth_years = [2020, 2021]",
        "birth_years = [2021]",
        "birth-years",
        "birth_years",
    ),
    "a district and its contrary": (
        "warszawa/primary",
        RULES,
        '["WA1_DZIELNICA", "WA1_INNA_DZIELNICA"]',
        '["WA1_DZIELNICA", "WA1_PIT"]',
        "exclude-each-other",
        "criteria[WA1_INNA_DZIELNICA]",
    ),
    "a catchment phase without its stage": (
        "wroclaw/primary",
        DATES,
        'code = "catchment"',
        'code = "offer"',
        "catchment-phase",
        "stages",
    ),
    "an open phase before the catchment is over": (
        "wroclaw/primary",
        DATES,
        "ends_at = 2027-02-19T15:00:00",
        "ends_at = 2027-03-09T15:00:00",
        "catchment-phase",
        "stages[submission].starts_at",
    ),
    "a list longer than the points for its places": (
        "poznan",
        RULES,
        "max_preferences = 5",
        "max_preferences = 6",
        "rank-length",
        "criteria[PZ_PREF].kind.by_rank",
    ),
    "points that rise with the place on the list": (
        "poznan",
        RULES,
        '["5", "4", "3", "2", "1"]',
        '["5", "4", "3", "2", "4"]',
        "kind",
        "criteria[PZ_PREF].kind.by_rank",
    ),
    "a confirmation with nowhere to be given": (
        "poznan",
        DATES,
        'code = "confirmation"',
        'code = "resignation"',
        "confirmation",
        "stages",
    ),
    "another weight of an exam": (
        "wroclaw/secondary",
        POINTS,
        'weight = "0.35"',
        'weight = "0.40"',
        "points-table",
        "criteria[P_EGZ_POL].kind.weight",
    ),
    "another conversion for exempt pupils": (
        "wroclaw/secondary",
        POINTS,
        '"3" = "15"',
        '"3" = "16"',
        "points-table",
        "criteria[P_EGZ_POL].kind.exempt",
    ),
    "another scale of grades": (
        "wroclaw/secondary",
        POINTS,
        '"5" = "17"',
        '"5" = "16"',
        "points-table",
        "criteria[P_OC_POL].kind.scale",
    ),
    "more for achievements": (
        "wroclaw/secondary",
        POINTS,
        'code = "P_OSIAGNIECIA"\ntier = "points"\npoints = "18"',
        'code = "P_OSIAGNIECIA"\ntier = "points"\npoints = "20"',
        "points-table",
        "criteria[P_OSIAGNIECIA].points",
    ),
    "an exam that is not counted": (
        "wroclaw/secondary",
        POINTS,
        'subject = "language"',
        'subject = "latin"',
        "points-table",
        "criteria",
    ),
    "one subject of the class counted twice": (
        "wroclaw/secondary",
        POINTS,
        "number = 2",
        "number = 1",
        "points-table",
        "criteria",
    ),
    "a title without Ukrainian": (
        "wroclaw/secondary",
        POINTS,
        'uk = "Надвоєводський конкурс кураторів: фіналіст предметного конкурсу", ',
        "",
        "translation",
        "criteria[P_OSIAGNIECIA].kind.rows[PW_FIN_PRZEDM].name.uk",
    ),
    "a health opinion without a document": (
        "wroclaw/secondary",
        POINTS,
        'proofs = [{ document = "OPINIA_ZDROW", forms = ["copy", "original"] }]',
        "",
        "proof",
        "criteria[ZDROWIE].proofs",
    ),
}


def seeded(folder, city, file, before, after):
    """The files of a city with one change; where nothing is replaced, something is added."""
    place = folder / city.replace("/", "-")
    shutil.copytree(FOLDER / city, place)
    shutil.copy(national.FOLDER / "points.toml", folder)
    text = (place / file).read_text("utf-8")
    if before:
        assert before in text
        # Before the tables of the end, where a top-level value would belong to them.
        text = text.replace(before, after, 1)
    else:
        text = f"{text}\n{after}"
    (place / file).write_text(text, "utf-8")
    return place


@pytest.mark.parametrize("name", SEEDED)
def test_a_seeded_error_is_found_where_it_stands(tmp_path, name):
    city, file, before, after, rule, path = SEEDED[name]
    place = seeded(tmp_path, city, file, before, after)
    assert (rule, path) in told(place)
    (one, *_) = [x for x in findings(place) if (x.finding.rule, x.finding.path) == (rule, path)]
    assert one.finding.law
    assert one.file.resolve() == (place / file).resolve() or path == "criteria"
    line = one.file.read_text("utf-8").splitlines()[one.line - 1]
    field, number = re.fullmatch(r"(?:.*\.)?(\w+)(\[.*\])?", path).groups()
    if number is None and f"\n{field} = " in one.file.read_text("utf-8"):
        # The value itself, or the head of the table that lacks it.
        assert line.startswith((f"{field} =", "[["))


@pytest.mark.parametrize("name", SEEDED)
def test_an_error_is_refused_where_a_municipality_is_made_and_a_warning_passes(tmp_path, name):
    city, file, before, after, rule, path = SEEDED[name]
    place = seeded(tmp_path, city, file, before, after)
    errors = [x for x in findings(place) if x.finding.severity is Severity.ERROR]
    if errors:
        with pytest.raises(BadFile, match=r"\.toml:\d+: "):
            read.read_recruitment(place)
    else:
        assert read.read_recruitment(place)[0].criteria


def test_local_points_above_one_statutory_criterion_are_noted_where_stages_are_compared(tmp_path):
    before, after = 'statutory_points = "200"', 'statutory_points = "135"'
    place = seeded(tmp_path, "wroclaw", RULES, before, after)
    (one,) = [x for x in findings(place) if x.finding.rule == "local-outweighs"]
    assert one.finding.severity is Severity.NOTE
    # Of the two statuses only the better one counts: 40 + 50 + 25 + 20.
    assert "up to 135 points, one statutory criterion 135" in one.finding.why
