"""What proves a criterion, and in which form: art. 150 (2)-(6) of the Education Act."""

from enum import StrEnum

import msgspec


class Form(StrEnum):
    """How a document is handed in; a statement is made under criminal liability."""

    ORIGINAL = "original"
    NOTARIAL_COPY = "notarial-copy"
    CERTIFIED_BY_PARENT = "certified-by-parent"
    COPY = "copy"
    STATEMENT = "statement"


class Document(StrEnum):
    """Kinds of documents that prove a criterion."""

    LARGE_FAMILY = "OSW_WIELODZ"
    SPECIAL_NEEDS = "ORZ_KS"
    DISABILITY = "ORZ_NP"
    DIVORCE = "WYROK_ROZW"
    DEATH = "AKT_ZGONU"
    SINGLE_PARENT = "OSW_SAMOTNE"
    FOSTER_CARE = "DOK_PIECZA"
    EMPLOYMENT = "ZAS_PRACA"
    EMPLOYMENT_STATED = "OSW_PRACA"
    BUSINESS = "CEIDG"
    STUDY = "ZAS_STUDIA"
    FARM = "OSW_GOSP"
    SIBLING = "OSW_RODZENSTWO"
    INCOME = "OSW_DOCHOD"
    TAX = "OSW_PODATEK"
    TAX_RETURN = "PIT_1STR"
    CITY_CARD = "STATUS_KARTY"
    VACCINATION = "ZAS_SZCZEP"
    RESIDENCE = "OSW_ZAMIESZK"
    PREPARATION = "OSW_PRZYGOTOWANIE"
    SUPPORT = "OSW_WSPARCIE"
    HEALTH_OPINION = "OPINIA_ZDROW"
    CERTIFICATE = "SWIAD_8"
    EXAM = "ZASW_E8"
    TITLE = "ZASW_LAUREAT"
    OTHER = "INNY"  # the one that the words of `Criterion.proof` name


class Proof(msgspec.Struct, frozen=True):
    """A document with the forms in which it is taken.

    Of several at one criterion the family brings those that fit its case.
    """

    document: Document
    forms: tuple[Form, ...] = (Form.STATEMENT,)
