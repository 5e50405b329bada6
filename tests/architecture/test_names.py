"""Names that have to agree although no import joins them: jobs, states, words, blocks, files."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import nodes

import ksr_saas
from ksr_saas.allocation.models import RunStatus
from ksr_saas.allocation.rules import Verdict
from ksr_saas.appeals.models import AppealState
from ksr_saas.applications.history import Act
from ksr_saas.applications.models import Outcome
from ksr_saas.applications.versions import Changed
from ksr_saas.applications.states import Status
from ksr_saas.applications.views import Told as AddressTold
from ksr_saas.criteria.facts import Source
from ksr_saas.premises.forms import CITY, OWN
from ksr_saas.campaigns.levels import Level
from ksr_saas.criteria.evaluation import Score
from ksr_saas.criteria.rulebook import TIERS, Tier
from ksr_saas.criteria.way import Verdict as Finding
from ksr_saas.kernel.states import LifeCycle
from ksr_saas.kernel.web import environment
from ksr_saas.offer.models import InstitutionKind
from ksr_saas.offer.states import OfferState
from ksr_saas.offering.rules import Block, Caution, Told
from ksr_saas.offering.states import ChangeState
from ksr_saas.offer.kinds import (
    Access,
    InstitutionKind,
    Organ,
    Prerequisite,
    Scored,
    UnitKind,
)
from ksr_saas.results.models import PlacementState
from ksr_saas.results.rules import Blocker
from tests.factories.recruitment import NOW
from worker.main import GROUPS

ROOT = Path(__file__).parents[2]
DRAWINGS = ROOT / "docs" / "states"
TEMPLATES = ROOT / "templates"


def sources(*folders):
    """Every module under these folders, parsed."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file, ast.parse(file.read_text("utf-8"))


def calls(name, *folders):
    """Every call of a function or method named so, with the file it stands in."""
    for file, tree in sources(*folders):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                if name in (getattr(called, "attr", ""), getattr(called, "id", "")):
                    yield file, node


def constant(file, node):
    """The text a name or a constant stands for; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        place = file.relative_to(ROOT).with_suffix("").as_posix().removeprefix("src/")
        return getattr(importlib.import_module(place.replace("/", ".")), node.id, None)
    return None


# Jobs


def asked_for():
    """Names of the jobs that the product asks for, and where."""
    found = {}
    for file, call in calls("later", "src", "worker", "tenants"):
        found.setdefault(constant(file, call.args[1]), []).append(f"{file.name}:{call.lineno}")
    for file, call in calls("Job", "src", "worker", "tenants"):
        for keyword in call.keywords:
            if keyword.arg == "actor" and (name := constant(file, keyword.value)):
                found.setdefault(name, []).append(f"{file.name}:{call.lineno}")
    return found


def declared():
    """Names of the jobs that workers can do, from the files of worker/actors."""
    found = set()
    for file, call in calls("tenant_actor", "worker/actors"):
        found.add(constant(file, call.args[0]))
    return found


def test_every_job_asked_for_has_somebody_who_does_it():
    assert asked_for().keys() == declared(), asked_for()


def test_a_worker_loads_every_file_of_actors_and_serves_every_queue():
    (entry,) = [tree for file, tree in sources("worker") if file.name == "entry.py"]
    loaded = {
        alias.name
        for node in ast.walk(entry)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    files = {file.stem for file, _ in sources("worker/actors")} - {"__init__"}
    assert {f"worker.actors.{stem}" for stem in files} <= loaded
    served = {queue for queues, _ in GROUPS.values() for queue in queues}
    assert served == {name.partition(".")[0] for name in declared()}


# States


def lives():
    """The life cycles of the product, by the slice whose states they are."""
    found = {}
    for info in pkgutil.walk_packages(ksr_saas.__path__, "ksr_saas."):
        for value in vars(importlib.import_module(info.name)).values():
            if isinstance(value, LifeCycle):
                (state, _), *_ = value.moves
                found[type(state).__module__.split(".")[1]] = value
    return found


def test_every_life_cycle_is_drawn_as_it_is():
    drawn = {file.stem: file.read_text("utf-8") for file in DRAWINGS.glob("*.mmd")}
    assert drawn == {name: life.mermaid() for name, life in lives().items()}


@pytest.mark.parametrize("name", lives())
def test_every_state_is_reached_and_every_event_happens(name):
    moves = lives()[name].moves
    states, events = (type(one) for one in next(iter(moves)))
    reached = {state for state, _ in moves} | set(moves.values())
    assert reached == set(states)
    assert {event for _, event in moves} == set(events)


# Words


def phases():
    """What a run may say of its progress while it is under way."""
    told = [constant(file, call.args[0]) for file, call in calls("progress", "src")]
    return ["queued", *(phase for phase in told if phase)]


def wish(verdict, **known):
    fine = {"verdict": verdict, "places": 1, "lacking": "local", "lacked": Decimal(1)}
    fine["parted_by"] = ("older",)
    return SimpleNamespace(**fine | {"scores": scored("statutory", "local")} | known)


def scored(*tiers):
    return [Score(one, Decimal(1)) for one in tiers]


def campaign(**known):
    """A recruitment that is over."""
    over = {"published_at": None, "takes_applications": False}
    return SimpleNamespace(**over | {"now": None, "coming": None, "results_at": None} | known)


CAMPAIGN = campaign()


TODAY = NOW.date()


def member(**known):
    """A row of the list of staff, in order but for what is `known`."""
    fine = {"active": True, "valid_until": TODAY, "has_password": True, "enrolled": True}
    fine["unused"] = False
    return SimpleNamespace(**fine | known)


def known(source, verdict=None, **distance):
    """What a criterion is known from without asking."""
    return AddressTold(Source(source), verdict, Decimal(0), **distance)


def unit(name, code=""):
    return SimpleNamespace(name=name, code=code)


def stage(state):
    return SimpleNamespace(state=state, starts_at=NOW, ends_at=NOW)


SECONDARY = tuple(TIERS[Level.SECONDARY])
WORDS = {
    "application_status": [(one,) for one in Status],
    "application_status_kind": [(one,) for one in Status],
    # A draft is nobody's business but the family's.
    "desk_status": [(one,) for one in Status if one is not Status.DRAFT],
    "claim_outcome": [(one,) for one in Outcome],
    "claim_outcome_kind": [(one,) for one in Outcome],
    "institution_kind": [(one,) for one in InstitutionKind],
    "my_offer_state": [(one,) for one in OfferState],
    "offer_state": [(one,) for one in OfferState],
    "offer_state_kind": [(one,) for one in OfferState],
    "change_state": [(one,) for one in ChangeState],
    "change_state_kind": [(one,) for one in ChangeState],
    "offer_block": [(one,) for one in Block],
    "offer_caution": [(Told(one, "1a", 30),) for one in Caution],
    "unit_kind": [(one,) for one in UnitKind],
    "unit_name": [(unit("1A"),), (unit("", "1B"),), (unit(""),)],
    "access": [*((one,) for one in Access), ("basen",)],
    "prerequisite": [*((one,) for one in Prerequisite), ("inny",)],
    "organ": [(one,) for one in Organ],
    "tier": [(one,) for one in (*Tier, "sum")],
    "scored": [
        (Scored(("biologia",)),),
        (Scored(("biologia", "chemia")),),
        (Scored(("biologia", "chemia"), 2),),
        (Scored(("biologia", "chemia", "fizyka"), 3),),
        (Scored(("biologia",), otherwise=("chemia",)),),
    ],
    "way_off": [(0,), (949,), (1049,)],
    "run_status": [(one,) for one in RunStatus],
    "run_status_kind": [(one,) for one in RunStatus],
    "phase": [(one,) for one in phases()],
    "blocker": [(one, 3) for one in Blocker],
    "placement": [(one, "Misie") for one in (*PlacementState, None)],
    "place_state": [
        *((one, True) for one in PlacementState),
        (PlacementState.QUALIFIED, False),
    ],
    "placement_kind": [
        *((one,) for one in (*PlacementState, None)),
        (PlacementState.QUALIFIED, True),
    ],
    "parting": [(("older",),), (("younger",),), (("preference-rank",),), (("older", "younger"),)],
    "verdict": [
        *((wish(one),) for one in Verdict),
        (wish(Verdict.BELOW_CUTOFF, places=0),),
        (wish(Verdict.BELOW_CUTOFF, lacking="statutory"),),
        (wish(Verdict.BELOW_CUTOFF, lacking="first", scores=scored("first", "local")),),
        (wish(Verdict.BELOW_CUTOFF, scores=scored("first", "local")),),
        (wish(Verdict.BELOW_CUTOFF, lacking="sum", scores=scored("sum")),),
        (wish(Verdict.BELOW_CUTOFF, lacking="points", scores=scored(*SECONDARY)),),
        (wish(Verdict.BELOW_CUTOFF, lacking="health", scores=scored(*SECONDARY)),),
        (wish(Verdict.BELOW_CUTOFF, lacking="statutory", scores=scored(*SECONDARY)),),
    ],
    "stage_now": [(CAMPAIGN,)],
    "deed": [(one,) for one in Act],
    "extended": [
        (SimpleNamespace(extended="Awaria", extended_for_begun="", ends_at=NOW),),
        (SimpleNamespace(extended="", extended_for_begun="Awaria", begun_until=NOW),),
    ],
    "stage_when": [(stage("now"),), (stage("next"),)],
    "staff_state": [
        (member(active=False), TODAY),
        (member(valid_until=TODAY - timedelta(days=1)), TODAY),
        (member(unused=True), TODAY),
        (member(has_password=False), TODAY),
        (member(enrolled=False), TODAY),
        (member(), TODAY),
    ],
    "premises_field": [(one,) for one in (*OWN, *CITY, "about-pl", "about-uk", "about-en")],
    "scores": [
        *((scored(one),) for one in ("first", "statutory", "local", "points", "health", "sum")),
        ([Score("first", Decimal(0))],),
    ],
    "compared": [(("statutory", "local"),), (("first", "local"),), (SECONDARY,), (("sum",),)],
    "told": [
        (known("birth"),),
        (known("order"),),
        (known("district"),),
        (known("catchment"),),
        (known("distance", metres=850),),
        (known("distance", metres=850, rough=True),),
    ],
    "told_verdict": [(known("district", one),) for one in (None, *Finding)],
    "told_verdict_kind": [(known("district", one),) for one in (None, *Finding)],
    "appeal_state": [(one,) for one in AppealState],
    "appeal_state_kind": [(one,) for one in AppealState],
    "own_school_title": [(True,), (False,)],
    "changed_part": [(one,) for one in Changed],
    "lines": [(("Misie",),), (("Misie", "Pliszki"),), (("",),), ((),)],
    "what_now": [(one, CAMPAIGN) for one in (Status.SUBMITTED, Status.RETURNED, Status.VERIFIED)],
}
SHOWN_BY = {
    "family": {
        "application_status",
        "placement",
        "claim_outcome",
        "verdict",
        "deed",
        "extended",
        "stage_now",
        "stage_when",
        "told",
        "told_verdict",
        "tier",
        "scores",
        "compared",
        "appeal_state",
        "own_school_title",
        "way_off",
        "what_now",
    },
    "institution": {
        "appeal_state",
        "changed_part",
        "desk_status",
        "claim_outcome",
        "lines",
        "scores",
        "stage_now",
        "staff_state",
        "my_offer_state",
        "place_state",
        "told",
    },
    "office": {
        "run_status",
        "phase",
        "blocker",
        "stage_now",
        "extended",
        "staff_state",
        "desk_status",
        "claim_outcome",
        "offer_state",
        "told",
        "scores",
        "change_state",
        "offer_caution",
        "institution_kind",
        "organ",
    },
    "public": {
        "institution_kind",
        "stage_now",
        "extended",
        "unit_kind",
        "unit_name",
        "access",
        "prerequisite",
        "organ",
        "scored",
        "way_off",
    },
}


COLOURS = {name for name in WORDS if name.removesuffix("_kind") in WORDS.keys() - {name}}


def words():
    return environment().globals["words"]


def test_every_wording_is_in_this_test():
    macros = {name for name in vars(words()) if not name.startswith("_")}
    assert macros == WORDS.keys()


@pytest.mark.parametrize("macro", WORDS)
def test_every_state_has_a_wording_of_its_own(macro):
    said = [str(getattr(words(), macro)(*given)).strip() for given in WORDS[macro]]
    assert all(said)
    if macro not in COLOURS:
        assert len(set(said)) == len(said)


@pytest.mark.parametrize("portal", SHOWN_BY)
def test_a_portal_says_it_in_its_own_words(portal):
    used = set()
    for file in (TEMPLATES / portal).glob("*.html"):
        used |= set(re.findall(r"\bwords\.(\w+)", file.read_text("utf-8")))
    assert used - COLOURS == SHOWN_BY[portal]


# Templates


def rendered():
    """(template, block or None) of every page the code answers with."""
    found = set()
    for name in ("page", "form_page", "code_page", "answer", "HTMXBlockTemplate"):
        for file, call in calls(name, "src", "tenants"):
            given = [constant(file, arg) for arg in call.args]
            given += [constant(file, k.value) for k in call.keywords if k.arg == "template_name"]
            for place, value in enumerate(given):
                if isinstance(value, str) and value.endswith(".html"):
                    block = given[place + 1] if place + 1 < len(given) else None
                    found.add((value, block if isinstance(block, str) else None))
    return found


def test_every_block_that_is_rendered_alone_stands_in_its_template():
    made = environment()
    blocks = {(template, block) for template, block in rendered() if block}
    assert len(blocks) > 5
    assert [
        (template, block)
        for template, block in blocks
        if block not in made.get_template(template).blocks
    ] == []


def test_every_template_is_used_and_every_used_one_is_there():
    made, used = environment(), {template for template, _ in rendered()}
    # Refusals choose their template by an expression.
    used |= {
        "shared/problem.html",
        "shared/refusal.html",
        "shared/macros.html",
        "shared/words.html",
    }
    there = {file.relative_to(TEMPLATES).as_posix() for file in TEMPLATES.rglob("*.html")}
    for name in there:
        tree = made.parse((TEMPLATES / name).read_text("utf-8"))
        for node in tree.find_all((nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import)):
            # What is extended may depend on who looks.
            named = [node.template, *node.template.find_all(nodes.Const)]
            used |= {
                one.value
                for one in named
                if isinstance(one, nodes.Const) and str(one.value).endswith(".html")
            }
    assert used == there


def test_every_place_htmx_writes_to_is_on_the_same_page():
    missing = []
    for file in TEMPLATES.rglob("*.html"):
        source = file.read_text("utf-8")
        missing += [
            f"{file.name}: #{name}"
            for name in re.findall(r'hx-target="#([\w-]+)"', source)
            if f'id="{name}"' not in source
        ]
    assert missing == []


# The wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in the wheel; the build backend lies in uv's cache since `.venv` was made."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "build", "--wheel", "--offline", "--quiet", "--out-dir", folder, ROOT]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (file,) = folder.glob("*.whl")
    with zipfile.ZipFile(file) as packed:
        return set(packed.namelist())


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("src/ksr_saas", "ksr_saas"),
        ("worker", "worker"),
        ("tenants", "tenants"),
        ("templates", "ksr_saas/_share/templates"),
        ("migrations", "ksr_saas/_share/migrations"),
    ],
)
def test_the_wheel_holds_everything_the_program_reads(wheel, folder, inside):
    tracked = subprocess.run(
        ["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    wanted = {name.replace(folder, inside, 1) for name in tracked if name}
    assert wanted
    assert wanted - wheel == set()


def test_the_wheel_holds_no_tests_and_no_tools(wheel):
    tops = {name.partition("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "ksr_saas",
        "worker",
        "tenants",
    }
