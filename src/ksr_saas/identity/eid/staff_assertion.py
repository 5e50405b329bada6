"""What a verified answer of a city's provider must say before a member of staff is looked up.

Such providers send more than they are asked for, groups among it; only the attribute by which the
person is found is read, and that has to be there once.
"""

from datetime import datetime
from typing import Final

from ksr_saas.identity.eid.assertion import authn_statement, name_id_of
from ksr_saas.identity.eid.message import Element, only, text_of
from ksr_saas.identity.eid.names import saml
from ksr_saas.identity.eid.person import StaffPerson
from ksr_saas.identity.eid.profile import StaffTerms
from ksr_saas.identity.eid.provider import EidRefused, EidSettings

_LONGEST: Final = 320


def read_member(
    assertion: Element, settings: EidSettings, not_on_or_after: datetime, now: datetime
) -> StaffPerson:
    """Read who it is, and whether they showed several factors there."""
    terms = settings.staff or StaffTerms()
    statement, instant = authn_statement(assertion, now)
    trusted = _context(statement) in terms.trusted_contexts
    return StaffPerson(
        value=_value(assertion, terms.person_attribute),
        factors_at=min(instant, now) if trusted else None,
        assertion_id=assertion.get("ID"),
        session_index=statement.get("SessionIndex", ""),
        name_id=name_id_of(assertion),
        not_on_or_after=not_on_or_after,
    )


def _context(statement: Element) -> str:
    """How the person signed in there; empty when it is not said in exactly one way."""
    found = statement.findall(f"{saml('AuthnContext')}/{saml('AuthnContextClassRef')}")
    return text_of(found[0]) if len(found) == 1 else ""


def _value(assertion: Element, name: str) -> str:
    """The one value of the one attribute with this Name.

    Plain ASCII without spaces, because accounts are found without regard to case: outside ASCII
    some letters have another one's small letter (the Kelvin sign, k).
    """
    path = f"{saml('AttributeStatement')}/{saml('Attribute')}"
    found = [one for one in assertion.findall(path) if one.get("Name") == name]
    if len(found) != 1:
        raise EidRefused("person-attribute")
    value = text_of(only(found[0], saml("AttributeValue"), "person-attribute"))
    plain = value.isascii() and value.isprintable() and " " not in value
    if not plain or not 0 < len(value) <= _LONGEST:
        raise EidRefused("person-attribute")
    return value
