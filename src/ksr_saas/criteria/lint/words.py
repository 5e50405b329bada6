"""Texts in every language, and a proof for everything that has to be proved."""

import re
from collections.abc import Iterator

from ksr_saas.criteria.kinds import Achievements
from ksr_saas.criteria.lint.finding import Case, Finding, error
from ksr_saas.criteria.proofs import Form
from ksr_saas.criteria.texts import LANGUAGES, Texts

CYRILLIC = re.compile(r"[а-яєіїґ]", re.IGNORECASE)
READABLE = "art. 154: parents are told; foreigners take part on equal terms (art. 165)"
PROOF = "art. 131 (4), art. 133 (2): the resolution names the documents that prove a criterion"


def translations(case: Case) -> Iterator[Finding]:
    """Every text is there in Polish, Ukrainian and English, and is what it says."""
    for path, texts in _texts(case):
        for language in LANGUAGES:
            said = texts.get(language, "").strip()
            if not said:
                yield error("translation", f"{path}.{language}", "there is no text", READABLE)
            elif _still_polish(language, said, texts.get("pl", "").strip()):
                yield error("translation", f"{path}.{language}", "is still Polish", READABLE)


def _texts(case: Case) -> Iterator[tuple[str, Texts]]:
    for one in case.rulebook.criteria:
        path = f"criteria[{one.code}]"
        yield f"{path}.name", one.name
        yield f"{path}.question", one.question
        yield f"{path}.proof", one.proof
        if isinstance(one.kind, Achievements):
            for row in one.kind.rows:
                yield f"{path}.kind.rows[{row.code}].name", row.name
    for quota in case.rulebook.quotas:
        yield f"quotas[{quota.code}].name", quota.name
    for stage in case.stages:
        yield f"stages[{stage.code}].name", stage.name


def _still_polish(language: str, said: str, polish: str) -> bool:
    if language == "pl":
        return False
    if language == "uk":
        return CYRILLIC.search(said) is None
    # A name or a number may be the same; a word with letters of its own may not.
    return said == polish and any(one.isalpha() and not one.isascii() for one in said)


def proofs(case: Case) -> Iterator[Finding]:
    """A criterion that somebody has to prove names its documents."""
    for one in case.rulebook.criteria:
        path = f"criteria[{one.code}].proofs"
        if one.kind.proved and not one.proofs:
            yield error("proof", path, "names no document", PROOF)
        for proof in one.proofs:
            if not proof.forms:
                yield error("proof", path, f"{proof.document} is taken in no form", PROOF)
        stated = any(proof.forms == (Form.STATEMENT,) for proof in one.proofs)
        if one.proofs and one.statement and not any(Form.STATEMENT in p.forms for p in one.proofs):
            yield error(
                "proof", path, "a statement is said to be enough, and no proof is one", PROOF
            )
        if one.proofs and not one.statement and stated and len(one.proofs) == 1:
            yield error(
                "proof", path, "a document is asked for, and the only proof is a statement", PROOF
            )
