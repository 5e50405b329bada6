"""python3-saml in strict mode: our clock, our decryption, the node's vocabulary in its schema.

The toolkit knows none of ECDH-ES, the elements of XML Encryption 1.1 and the types of eIDAS
attributes; its schemas are extended, not replaced.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree
from onelogin.saml2 import xml_utils
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import DSIG11, HTTP_POST, NATURAL_PERSON_TYPES, SAMLP, XENC11
from ksr_saas.identity.eid.provider import EidRefused, EidSettings
from ksr_saas.identity.eid.signature import in_force

_Code: Final = OneLogin_Saml2_ValidationError
_REASONS: Final = {
    _Code.ASSERTION_EXPIRED: "expired",
    _Code.ASSERTION_TOO_EARLY: "not-yet-valid",
    _Code.INVALID_SIGNATURE: "bad-signature",
    _Code.INVALID_XML_FORMAT: "schema",
    _Code.SESSION_EXPIRED: "expired",
    _Code.STATUS_CODE_IS_NOT_SUCCESS: "status",
    _Code.WRONG_AUDIENCE: "audience",
    _Code.WRONG_DESTINATION: "recipient",
    _Code.WRONG_INRESPONSETO: "unsolicited",
    _Code.WRONG_ISSUER: "issuer",
    _Code.WRONG_NUMBER_OF_AUTHSTATEMENTS: "authn-statement",
    _Code.WRONG_SUBJECTCONFIRMATION: "subject-confirmation",
}

_XSD: Final = Path(__file__).parent / "xsd"
_one_at_a_time: Final = Lock()  # a schema keeps its errors between calls
_frozen: ContextVar[int | None] = ContextVar("eid_moment", default=None)
_wall_clock: Final[Callable[[], int]] = OneLogin_Saml2_Utils.now


def _now() -> int:
    """Seconds since the epoch: the caller's moment while one is set, else the wall clock."""
    moment = _frozen.get()
    return _wall_clock() if moment is None else moment


# The toolkit has no parameter for the time. A context variable keeps threads apart.
OneLogin_Saml2_Utils.now = staticmethod(_now)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """Make it this moment for the toolkit."""
    token = _frozen.set(int(moment.timestamp()))
    try:
        yield
    finally:
        _frozen.reset(token)


@cache
def _schema() -> etree.XMLSchema:
    """The toolkit's protocol schema, and ours beside it, compiled once."""
    theirs = Path(xml_utils.__file__).parent / "schemas" / "saml-schema-protocol-2.0.xsd"
    imports = {
        SAMLP: theirs,
        XENC11: _XSD / "xenc11.xsd",
        DSIG11: _XSD / "dsig11.xsd",
        NATURAL_PERSON_TYPES: _XSD / "natural-person.xsd",
    }
    lines = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{file.as_uri()}"/>'
        for name, file in imports.items()
    )
    driver = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{lines}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(driver))


def _validate_xml(xml: Element, schema: str, debug: bool = False) -> Any:  # noqa: FBT002 - theirs
    """Validate an answer against the extended schema; anything else as the toolkit would."""
    if schema != "saml-schema-protocol-2.0.xsd" or not etree.iselement(xml):
        return _their_validate_xml(xml, schema, debug)
    with _one_at_a_time:
        return xml if _schema().validate(xml) else "invalid_xml"


_their_validate_xml: Final = OneLogin_Saml2_XML.validate_xml
OneLogin_Saml2_XML.validate_xml = staticmethod(_validate_xml)


class _Opened(OneLogin_Saml2_Response):  # type: ignore[misc]
    """The toolkit's answer whose assertion has been decrypted by us."""

    def __init__(self, settings: OneLogin_Saml2_Settings, encoded: str, plain: Element) -> None:
        # The toolkit decrypts in its constructor.
        self._plain = plain
        super().__init__(settings, encoded)

    def _decrypt_assertion(self, _: Element) -> Element:
        return self._plain


def validate(
    raw: bytes,
    settings: EidSettings,
    *,
    plain: Element | None,
    request_id: str,
    acs_url: str,
    now: datetime,
) -> Element:
    """Let the toolkit validate an answer; return the very tree it has verified.

    `plain` is the same answer with its assertion decrypted, None when nothing was encrypted. The
    toolkit checks the signature of the answer as it came, and all else on the decrypted one.
    """
    address = urlsplit(acs_url)
    here = {
        "https": "on" if address.scheme == "https" else "off",
        "http_host": address.netloc,
        "script_name": address.path,
    }
    configuration = OneLogin_Saml2_Settings(_configuration(settings, acs_url, now))
    try:
        with _at(now):
            encoded = OneLogin_Saml2_Utils.b64encode(raw)
            response = _Opened(configuration, encoded, plain)
            response.is_valid(here, request_id=request_id, raise_exceptions=True)
    except OneLogin_Saml2_ValidationError as problem:
        # Not chained, here and below: the toolkit's words quote the message.
        raise EidRefused(_REASONS.get(problem.code, "invalid")) from None
    except Exception:  # noqa: BLE001 - the toolkit raises bare Exception for a malformed message
        raise EidRefused("invalid") from None
    return response.get_xml_document()


def _configuration(settings: EidSettings, acs_url: str, now: datetime) -> dict[str, Any]:
    """Build the toolkit's settings for one answer. The private key is not among them."""
    profile = settings.profile
    return {
        "strict": True,
        "debug": False,
        "sp": {
            "entityId": settings.issuer,
            "assertionConsumerService": {"url": acs_url, "binding": profile.binding_uri},
        },
        "idp": {
            "entityId": settings.idp_entity_id,
            "singleSignOnService": {"url": settings.idp_sso_url, "binding": HTTP_POST},
            "x509certMulti": {"signing": list(in_force(settings.idp_certificates, now))},
        },
        "security": {
            "allowSingleLabelDomains": True,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,
            "wantMessagesSigned": profile.signed == "response",
            "wantAssertionsSigned": profile.signed == "assertion",
        },
    }
