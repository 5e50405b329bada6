"""Which subjects' grades a class counts for one child, beside Polish and mathematics. Pure."""

from collections.abc import Mapping, Sequence

from ksr_saas.offer.kinds import Scored

# Counted by criteria of their own, so that a class that names them adds nothing.
ALWAYS = {"język polski": "polish", "matematyka": "mathematics"}
A_LANGUAGE = "język "


def counted(subjects: Sequence[Scored], grades: Mapping[str, int]) -> tuple[str, ...]:
    """The subject taken for each one that the class counts, in its order; empty for none."""
    added = [one for one in subjects if one.among not in [(name,) for name in ALWAYS]]
    return tuple(_taken(one, grades) for one in added)


def foreign(subject: str) -> bool:
    """Whether it is a foreign language, by its name."""
    return subject.startswith(A_LANGUAGE) and subject not in ALWAYS


def _taken(scored: Scored, grades: Mapping[str, int]) -> str:
    taught = [name for name in scored.among if name in grades]
    if not taught and scored.otherwise:
        taught = [name for name in scored.otherwise if name in grades]
    ranked = sorted(taught, key=lambda name: -grades[name])
    return ranked[scored.best - 1] if len(ranked) >= scored.best else ""
