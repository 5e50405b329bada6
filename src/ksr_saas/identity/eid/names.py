"""Names fixed by SAML 2.0, XML Signature, XML Encryption, SOAP and the eIDAS profile."""

from typing import Final

SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA1: Final = "http://www.w3.org/2000/09/xmldsig#sha1"

XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
XENC11: Final = "http://www.w3.org/2009/xmlenc11#"
DSIG11: Final = "http://www.w3.org/2009/xmldsig11#"
ENCRYPTED_ELEMENT: Final = XENC + "Element"
ECDH_ES: Final = XENC11 + "ECDH-ES"
CONCAT_KDF: Final = XENC11 + "ConcatKDF"
KW_AES256: Final = XENC + "kw-aes256"
AES128_GCM: Final = XENC11 + "aes128-gcm"
AES256_GCM: Final = XENC11 + "aes256-gcm"
AES128_CBC: Final = XENC + "aes128-cbc"
AES256_CBC: Final = XENC + "aes256-cbc"
RSA_OAEP_MGF1P: Final = XENC + "rsa-oaep-mgf1p"
RSA_OAEP: Final = XENC11 + "rsa-oaep"
MGF1_SHA1: Final = XENC11 + "mgf1sha1"
MGF1_SHA256: Final = XENC11 + "mgf1sha256"
P256: Final = "urn:oid:1.2.840.10045.3.1.7"

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
MD: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
EIDAS: Final = "http://eidas.europa.eu/saml-extensions"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

HTTP_ARTIFACT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"
SOAP_BINDING: Final = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP"
HTTP_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
NAMEID_UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
NAME_FORMAT_URI: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"

STATUS: Final = "urn:oasis:names:tc:SAML:2.0:status:"
SUCCESS: Final = STATUS + "Success"
AUTHN_FAILED: Final = STATUS + "AuthnFailed"
REQUEST_DENIED: Final = STATUS + "RequestDenied"

LOA: Final = "http://eidas.europa.eu/LoA/"
NATURAL_PERSON_TYPES: Final = "http://eidas.europa.eu/attributes/naturalperson"
NATURAL_PERSON: Final = NATURAL_PERSON_TYPES + "/"
PERSON_IDENTIFIER: Final = NATURAL_PERSON + "PersonIdentifier"
GIVEN_NAME: Final = NATURAL_PERSON + "CurrentGivenName"
FAMILY_NAME: Final = NATURAL_PERSON + "CurrentFamilyName"
DATE_OF_BIRTH: Final = NATURAL_PERSON + "DateOfBirth"
MAIL: Final = "urn:oid:0.9.2342.19200300.100.1.3"


class Namespace:
    """Writes the names of one namespace the way lxml does: `{uri}name`."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def __call__(self, name: str) -> str:
        """Write this element."""
        return f"{{{self._uri}}}{name}"


samlp: Final = Namespace(SAMLP)
saml: Final = Namespace(SAML)
ds: Final = Namespace(DS)
dsig11: Final = Namespace(DSIG11)
xenc: Final = Namespace(XENC)
xenc11: Final = Namespace(XENC11)
soap: Final = Namespace(SOAP)
eidas: Final = Namespace(EIDAS)
md: Final = Namespace(MD)
xsi: Final = Namespace(XSI)
