"""What a verified answer must say before anybody is signed in.

The toolkit leaves these open or lax: it compares addresses by prefix, takes an answer without
audience, recipient or request, allows five minutes of clock skew and never reads the level of
assurance. Everything here is an exact comparison.
"""

import re
from datetime import date, datetime, timedelta
from typing import Final, get_args

from ksr_saas.identity.eid.message import Element, moment, only, text_of
from ksr_saas.identity.eid.names import (
    BEARER,
    DATE_OF_BIRTH,
    FAMILY_NAME,
    GIVEN_NAME,
    LOA,
    PERSON_IDENTIFIER,
    saml,
)
from ksr_saas.identity.eid.person import EidPerson, Loa, Scheme, reaches
from ksr_saas.identity.eid.provider import EidRefused, EidSettings

SKEW: Final = timedelta(seconds=60)
MAX_AGE: Final = timedelta(minutes=5)  # from the issue of a message to its arrival

_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_PESEL: Final = re.compile(r"\d{11}", re.ASCII)
_EIDAS: Final = re.compile(r"[A-Z]{2}/PL/[!-~]{1,240}", re.ASCII)
_PESEL_WEIGHTS: Final = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
_PESEL_CENTURIES: Final = {80: 1800, 0: 1900, 20: 2000, 40: 2100, 60: 2200}
_LEVELS: Final[dict[str, Loa]] = {LOA + level: level for level in get_args(Loa)}
_CONDITIONS: Final = frozenset(
    {saml("AudienceRestriction"), saml("OneTimeUse"), saml("ProxyRestriction")}
)
_MAX_NAME: Final = 200


def check_issuer(parent: Element, idp_entity_id: str) -> None:
    """Refuse a message or assertion that is not, to the letter, the node's own."""
    if text_of(only(parent, saml("Issuer"), "issuer")) != idp_entity_id:
        raise EidRefused("issuer")


def check_issued(message: Element, now: datetime) -> None:
    """Refuse what was issued in the future or too long ago to have just arrived."""
    issued = moment(message, "IssueInstant")
    if issued > now + SKEW:
        raise EidRefused("not-yet-valid")
    if issued < now - MAX_AGE - SKEW:
        raise EidRefused("expired")


def check_conditions(assertion: Element, audience: str, now: datetime) -> datetime:
    """Refuse an assertion outside its time or for somebody else; return its end."""
    conditions = only(assertion, saml("Conditions"), "conditions")
    if any(child.tag not in _CONDITIONS for child in conditions):
        raise EidRefused("conditions")
    end = _check_window(conditions, now)
    restriction = only(conditions, saml("AudienceRestriction"), "audience")
    if text_of(only(restriction, saml("Audience"), "audience")) != audience:
        raise EidRefused("audience")
    return end


def check_confirmation(
    assertion: Element, request_id: str, acs_url: str, now: datetime
) -> datetime:
    """Refuse an assertion not confirmed for this request at this address; return its end."""
    subject = only(assertion, saml("Subject"), "subject-confirmation")
    confirmation = only(subject, saml("SubjectConfirmation"), "subject-confirmation")
    data = only(confirmation, saml("SubjectConfirmationData"), "subject-confirmation")
    if confirmation.get("Method") != BEARER:
        raise EidRefused("subject-confirmation")
    if data.get("InResponseTo") != request_id:
        raise EidRefused("unsolicited")
    if data.get("Recipient") != acs_url:
        raise EidRefused("recipient")
    return _check_window(data, now)


def _check_window(node: Element, now: datetime) -> datetime:
    """Refuse outside [NotBefore, NotOnOrAfter); an end is required, a beginning is not."""
    if node.get("NotBefore") is not None and moment(node, "NotBefore") > now + SKEW:
        raise EidRefused("not-yet-valid")
    end = moment(node, "NotOnOrAfter")
    if end <= now - SKEW:
        raise EidRefused("expired")
    return end


def authn_statement(assertion: Element, now: datetime) -> tuple[Element, datetime]:
    """Take the one statement of how the person signed in, and when that was."""
    statement = only(assertion, saml("AuthnStatement"), "authn-statement")
    instant = moment(statement, "AuthnInstant")
    if instant > now + SKEW:
        raise EidRefused("not-yet-valid")
    return statement, instant


def name_id_of(assertion: Element) -> str:
    """How the provider names the person when the login is ended; empty when it does not."""
    found = assertion.find(f"{saml('Subject')}/{saml('NameID')}")
    return "" if found is None else text_of(found)


def read_person(
    assertion: Element, settings: EidSettings, not_on_or_after: datetime, now: datetime
) -> EidPerson:
    """Read who it is and how strongly they were identified; refuse what is missing or double."""
    statement, _ = authn_statement(assertion, now)
    loa = _level(statement)
    if not reaches(loa, settings.required_loa):
        raise EidRefused("loa-too-low")
    authority = statement.find(f"{saml('AuthnContext')}/{saml('AuthenticatingAuthority')}")
    attributes = _attributes(assertion)
    scheme, value = _identifier(attributes.get(PERSON_IDENTIFIER, ""))
    return EidPerson(
        scheme=scheme,
        value=value,
        given_name=_name(attributes.get(GIVEN_NAME, "")),
        family_name=_name(attributes.get(FAMILY_NAME, "")),
        birth_date=_birth_date(attributes.get(DATE_OF_BIRTH)),
        loa=loa,
        assertion_id=assertion.get("ID"),
        session_index=statement.get("SessionIndex", ""),
        name_id=name_id_of(assertion),
        authority="" if authority is None else text_of(authority)[:_MAX_NAME],
        not_on_or_after=not_on_or_after,
    )


def _level(statement: Element) -> Loa:
    """Read the one level of assurance; a missing or foreign one is no level at all."""
    context = only(statement, saml("AuthnContext"), "loa-unknown")
    written = text_of(only(context, saml("AuthnContextClassRef"), "loa-unknown"))
    if written not in _LEVELS:
        raise EidRefused("loa-unknown")
    return _LEVELS[written]


def _attributes(assertion: Element) -> dict[str, str]:
    """Read the attributes by Name. Any of them twice, or with two values, is refused.

    FriendlyName is ignored: the node writes it in two ways for the same Name.
    """
    statement = only(assertion, saml("AttributeStatement"), "attributes")
    read: dict[str, str] = {}
    for attribute in statement:
        name = attribute.get("Name")
        if attribute.tag != saml("Attribute") or name in read:
            raise EidRefused("attributes")
        read[name] = text_of(only(attribute, saml("AttributeValue"), "attributes"))
    return read


def _identifier(value: str) -> tuple[Scheme, str]:
    """Tell a PESEL from an identifier issued by another Member State (`XX/PL/...`)."""
    if not value:
        return "none", ""
    if _is_pesel(value):
        return "pesel", value
    if _EIDAS.fullmatch(value):
        return "eidas", value
    raise EidRefused("identifier-form")


def _is_pesel(value: str) -> bool:
    """Whether the digits form a PESEL: a day that exists and the check digit.

    Population Register Act art. 15 (2): six digits of birth date, four of order and sex, one check.
    """
    if _PESEL.fullmatch(value) is None:
        return False
    year, month, day = int(value[:2]), int(value[2:4]), int(value[4:6])
    try:
        date(_PESEL_CENTURIES[month // 20 * 20] + year, month % 20, day)
    except ValueError:
        return False
    return sum(int(d) * w for d, w in zip(value, _PESEL_WEIGHTS, strict=True)) % 10 == 0


def _name(value: str) -> str:
    """Read a name in any script: not empty, one line, of sane length."""
    name = value.strip()
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise EidRefused("name-form")
    return name


def _birth_date(value: str | None) -> date | None:
    """Read xs:date, which may carry a time zone (the node writes a Z); None when absent."""
    if value is None:
        return None
    written = _DATE.fullmatch(value)
    if written is None:
        raise EidRefused("birth-date-form")
    try:
        return date.fromisoformat(written[1])
    except ValueError:
        raise EidRefused("birth-date-form") from None
