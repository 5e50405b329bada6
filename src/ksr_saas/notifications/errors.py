"""What can go wrong with a message on its way."""


class MailServerBusy(Exception):
    """The mail server did not take the message this time; it is tried again."""
