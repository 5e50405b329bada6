"""Whether two e-mail addresses reach the same person. Pure."""

import unicodedata

DOTS_MEAN_NOTHING = frozenset({"gmail.com"})
SAME_DOMAIN = {"googlemail.com": "gmail.com"}


def mailbox(address: str) -> str:
    """An address in the form in which two of one mailbox are equal; empty for no address.

    Capitals, what follows a plus sign, and the two spellings of an international domain make no
    other mailbox (RFC 5233, RFC 5891). Aliases that only the mail server knows stay unknown.
    """
    tidy = unicodedata.normalize("NFKC", address).strip().casefold()
    local, at, domain = tidy.rpartition("@")
    if not at:
        return ""
    try:
        domain = domain.rstrip(".").encode("idna").decode()
    except UnicodeError:
        domain = domain.rstrip(".")  # no domain of the DNS, so there is no other spelling
    domain = SAME_DOMAIN.get(domain, domain)
    local = local.partition("+")[0]
    if domain in DOTS_MEAN_NOTHING:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def share_mailbox(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether an address of one person is an address of the other; texts that are none never."""
    shared = {mailbox(at) for at in one} & {mailbox(at) for at in other}
    return bool(shared - {""})
