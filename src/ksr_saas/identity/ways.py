"""How a member of staff comes in: what their account says, else the municipality's custom."""

from enum import StrEnum

from ksr_saas.kernel.errors import N_


class Way(StrEnum):
    """By what is kept here (password, second factor), at the city's provider, or by either."""

    HERE = "here"
    SSO = "sso"
    BOTH = "both"


WAY_NAMES = {
    Way.HERE: N_("tylko kontem w tym systemie"),
    Way.SSO: N_("tylko kontem urzędu"),
    Way.BOTH: N_("kontem urzędu albo kontem w tym systemie"),
}


def way_of(own: Way | None, custom: Way | None) -> Way:
    """How this account may sign in.

    `own` is the account's, None when it follows the municipality; `custom` is what the registration
    of the city's provider says, None while nobody signs in there.
    """
    return own or custom or Way.HERE
