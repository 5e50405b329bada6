"""python3-saml in strict mode, with our clock and its errors turned into ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from onelogin.saml2.errors import OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import HTTP_POST
from ksr_saas.identity.eid.provider import EidRefused, EidSettings

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


def validate(
    raw: bytes, settings: EidSettings, *, request_id: str, acs_url: str, now: datetime
) -> Element:
    """Let the toolkit validate an answer; return the very tree it has verified."""
    address = urlsplit(acs_url)
    here = {
        "https": "on" if address.scheme == "https" else "off",
        "http_host": address.netloc,
        "script_name": address.path,
    }
    configuration = OneLogin_Saml2_Settings(_configuration(settings, acs_url))
    try:
        with _at(now):
            encoded = OneLogin_Saml2_Utils.b64encode(raw)
            response = OneLogin_Saml2_Response(configuration, encoded)
            response.is_valid(here, request_id=request_id, raise_exceptions=True)
    except OneLogin_Saml2_ValidationError as problem:
        # Not chained, here and below: the toolkit's words quote the message.
        raise EidRefused(_REASONS.get(problem.code, "invalid")) from None
    except Exception:  # noqa: BLE001 - the toolkit raises bare Exception for a malformed message
        raise EidRefused("invalid") from None
    return response.get_xml_document()


def _configuration(settings: EidSettings, acs_url: str) -> dict[str, Any]:
    """Build the toolkit's settings for one answer. The private key is not among them."""
    return {
        "strict": True,
        "debug": False,
        "sp": {
            "entityId": settings.issuer,
            "assertionConsumerService": {"url": acs_url, "binding": HTTP_POST},
        },
        "idp": {
            "entityId": settings.idp_entity_id,
            "singleSignOnService": {"url": settings.idp_sso_url, "binding": HTTP_POST},
            "x509certMulti": {"signing": list(settings.idp_certificates)},
        },
        "security": {
            "allowSingleLabelDomains": True,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,
            "wantMessagesSigned": True,
        },
    }
