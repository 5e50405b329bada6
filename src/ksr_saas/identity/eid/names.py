"""Names fixed by SAML 2.0, XML Signature and the eIDAS attribute profile."""

from typing import Final

SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"

HTTP_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
NAMEID_UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
NAME_FORMAT_URI: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"

STATUS: Final = "urn:oasis:names:tc:SAML:2.0:status:"
SUCCESS: Final = STATUS + "Success"
AUTHN_FAILED: Final = STATUS + "AuthnFailed"
REQUEST_DENIED: Final = STATUS + "RequestDenied"

LOA: Final = "http://eidas.europa.eu/LoA/"
NATURAL_PERSON: Final = "http://eidas.europa.eu/attributes/naturalperson/"
PERSON_IDENTIFIER: Final = NATURAL_PERSON + "PersonIdentifier"
GIVEN_NAME: Final = NATURAL_PERSON + "CurrentGivenName"
FAMILY_NAME: Final = NATURAL_PERSON + "CurrentFamilyName"
DATE_OF_BIRTH: Final = NATURAL_PERSON + "DateOfBirth"


def samlp(name: str) -> str:
    """Write an element of the protocol namespace the way lxml does."""
    return f"{{{SAMLP}}}{name}"


def saml(name: str) -> str:
    """Write an element of the assertion namespace the way lxml does."""
    return f"{{{SAML}}}{name}"


def ds(name: str) -> str:
    """Write an element of the signature namespace the way lxml does."""
    return f"{{{DS}}}{name}"
