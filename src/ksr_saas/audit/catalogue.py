"""The acts the record knows; an act that is not listed is an error of ours."""

ACTS = frozenset(
    {
        "allocation.ask",
        "allocation.record-order",
        "applications.known",
        "applications.submit",
        "applications.withdraw",
        "campaigns.end-stage",
        "campaigns.extend-stage",
        "campaigns.shift-stage",
        "demo.play-institutions",
        "guardians.ask",
        "guardians.invite",
        "guardians.join",
        "guardians.read-access",
        "guardians.remove",
        "guardians.revoke",
        "identity.act-as",
        "identity.backup-code",
        "identity.eid-accepted",
        "identity.eid-logout-refused",
        "identity.eid-refused",
        "identity.enrolled",
        "identity.invite-administrator",
        "identity.locked",
        "identity.passkey-added",
        "identity.passkey-removed",
        "identity.password",
        "identity.sign-in",
        "identity.sso-logout-refused",
        "identity.sso-refused",
        "keys.rotate",
        "notifications.send-again",
        "notifications.take-as-sent",
        "openings.case",
        "openings.export-record",
        "openings.papers",
        "openings.read-case",
        "papers.code",
        "papers.submit",
        "papers.take-over",
        "papers.void",
        "papers.wrong-code",
        "parents.close",
        "parents.link",
        "parents.open",
        "parents.reset-asked",
        "parents.reset-confirmed",
        "parents.reset-refused",
        "parents.void-link",
        "results.close-admissions",
        "results.publish",
        "results.read-list",
        "results.resign",
        "staffing.close",
        "staffing.give-role",
        "staffing.invite",
        "staffing.invite-again",
        "staffing.renew",
        "staffing.reopen",
        "staffing.reset-asked",
        "staffing.reset-confirmed",
        "staffing.reset-refused",
        "staffing.sign-in-way",
        "staffing.take-role",
        "verification.claim",
        "verification.list",
        "verification.open",
        "verification.read-file",
        "verification.reject",
        "verification.return",
        "verification.search",
        "verification.take-back",
        "verification.verify",
    }
)


class UnknownAct(RuntimeError):
    """Code records an act that nobody can look up."""


def known(act: str) -> str:
    """`act` itself. Raises UnknownAct."""
    if act not in ACTS:
        raise UnknownAct(act)
    return act
