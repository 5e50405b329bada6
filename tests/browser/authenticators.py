"""Chromium's own authenticator without a device, over the debugging protocol."""


class Keys:
    """An authenticator of one page: it verifies the person unless it is told not to."""

    def __init__(self, page):
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable", {"enableUI": False})
        self.id = self.devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )["authenticatorId"]

    def recognise(self, somebody):
        """Whether the finger on the sensor is the right one."""
        self.devtools.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self.id, "isUserVerified": somebody},
        )

    @property
    def kept(self):
        """The keys in it, each with the host it is for."""
        asked = {"authenticatorId": self.id}
        return self.devtools.send("WebAuthn.getCredentials", asked)["credentials"]
