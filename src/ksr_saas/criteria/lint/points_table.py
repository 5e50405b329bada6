"""The national table of points for secondary schools, as of the regulation of 3.4.2025."""

from collections.abc import Iterator
from decimal import Decimal

from ksr_saas.campaigns.levels import Level
from ksr_saas.criteria.evaluation import most
from ksr_saas.criteria.kinds import Achievements, Exam, Grade, ScoredGrade
from ksr_saas.criteria.lint.finding import Case, Finding, error, figure
from ksr_saas.criteria.rulebook import Criterion, Tier

LAW = "regulation of the Minister of Education of 3.4.2025 on recruitment (art. 162)"
WHOLE = Decimal(200)
SUBJECTS = ("polish", "mathematics")
WEIGHTS = {
    "polish": Decimal("0.35"),
    "mathematics": Decimal("0.35"),
    "language": Decimal("0.30"),
}


def _by_grade(*points: int) -> dict[str, Decimal]:
    """Points for the grades from 6 down to 2."""
    return dict(zip("65432", map(Decimal, points), strict=True))


SCALE = _by_grade(18, 17, 14, 8, 2)
EXEMPT = {
    "polish": _by_grade(35, 30, 25, 15, 10),
    "mathematics": _by_grade(35, 30, 25, 15, 10),
    "language": _by_grade(30, 25, 20, 10, 5),
}
ACHIEVEMENTS = Decimal(18)


def table(case: Case) -> Iterator[Finding]:
    """The values are the regulation's, all of them, and 200 together."""
    if case.rulebook.level is not Level.SECONDARY:
        return
    counted = [one for one in case.rulebook.criteria if one.tier is Tier.POINTS]
    for one in counted:
        for field, why in _differs(one):
            yield error("points-table", f"criteria[{one.code}].{field}", why, LAW)
    exams = {one.kind.subject for one in counted if isinstance(one.kind, Exam)}
    grades = {one.kind.subject for one in counted if isinstance(one.kind, Grade)}
    scored = {one.kind.number for one in counted if isinstance(one.kind, ScoredGrade)}
    for missing in sorted(WEIGHTS.keys() - exams):
        yield error("points-table", "criteria", f"the exam in {missing} is missing", LAW)
    for missing in sorted(set(SUBJECTS) - grades):
        yield error("points-table", "criteria", f"the grade in {missing} is missing", LAW)
    if scored != {1, 2}:
        yield error("points-table", "criteria", "two subjects of the class must count", LAW)
    if (total := most(case.rulebook, Tier.POINTS)) != WHOLE:
        yield error("points-table", "criteria", f"{figure(total)} points instead of 200", LAW)


def _differs(one: Criterion) -> Iterator[tuple[str, str]]:
    match one.kind:
        case Exam(subject=subject, weight=weight, exempt=exempt):
            if weight != WEIGHTS.get(subject):
                yield "kind.weight", f"{weight} is not the weight of {subject}"
            if exempt != EXEMPT.get(subject):
                yield "kind.exempt", "differs from the conversion for exempt pupils"
        case Grade(scale=scale) | ScoredGrade(scale=scale):
            if scale != SCALE:
                yield "kind.scale", "differs from the scale of grades"
        case Achievements():
            if one.points != ACHIEVEMENTS:
                yield "points", f"achievements make {ACHIEVEMENTS} at most"
        case _:
            return
