"""What the slice brings to the house."""

from ksr_saas.identity.web.account import MyAccount, MySecrets
from ksr_saas.identity.web.invitation import InvitationPages
from ksr_saas.identity.web.local import LocalDoor
from ksr_saas.identity.web.my_keys import MyKeys
from ksr_saas.identity.web.public import Door
from ksr_saas.identity.web.second_step import SecondStep
from ksr_saas.identity.web.staff import StaffDoor
from ksr_saas.identity.web.staff_keys import StaffKeys
from ksr_saas.identity.web.staff_sso import CityAccount
from ksr_saas.portals import Portal, SlicePlugin


class IdentityPlugin(SlicePlugin):
    """The doors, and everybody's own account."""

    pages = {
        Portal.PUBLIC: (
            Door,
            StaffDoor,
            LocalDoor,
            SecondStep,
            StaffKeys,
            CityAccount,
            InvitationPages,
            MyAccount,
            MySecrets,
            MyKeys,
        )
    }
