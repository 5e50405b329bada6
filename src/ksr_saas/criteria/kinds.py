"""The ways a criterion can be met: adding one here makes it known everywhere."""

from typing import TypeAlias

from ksr_saas.criteria.answered import (
    Count,
    Declared,
    DeclaredAt,
    IncomeShare,
    SiblingApplies,
    SiblingAttends,
)
from ksr_saas.criteria.certificate import Achievements, Exam, Grade, ScoredGrade
from ksr_saas.criteria.looked_up import Age, Catchment, Distance, District, PreferenceRank

__all__ = [
    "Achievements",
    "Age",
    "Catchment",
    "Count",
    "Declared",
    "DeclaredAt",
    "Distance",
    "District",
    "Exam",
    "Grade",
    "IncomeShare",
    "Kind",
    "PreferenceRank",
    "ScoredGrade",
    "SiblingApplies",
    "SiblingAttends",
]

Kind: TypeAlias = (
    Declared
    | DeclaredAt
    | SiblingAttends
    | SiblingApplies
    | Count
    | IncomeShare
    | Distance
    | Catchment
    | District
    | PreferenceRank
    | Age
    | Exam
    | Grade
    | ScoredGrade
    | Achievements
)
