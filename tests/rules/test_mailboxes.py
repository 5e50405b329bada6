"""Two addresses of one mailbox are recognised, two mailboxes are not confused."""

import pytest

from ksr_saas.identity.mailboxes import mailbox, share_mailbox


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("irena@skawa.example", " Irena@SKAWA.example "),
        ("irena@skawa.example", "irena+druga@skawa.example"),
        ("irena@skawa.example", "irena@skawa.example."),
        ("irena@gmina-łódź.example", "irena@xn--gmina-d-q0a42esr.example"),
        ("i.rena@gmail.com", "irena+x@googlemail.com"),
        ("ｉrena@skawa.example", "irena@skawa.example"),
    ],
)
def test_one_mailbox_is_one_however_it_is_spelt(one, other):
    assert mailbox(one) == mailbox(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("irena@skawa.example", "zofia@skawa.example"),
        ("irena@skawa.example", "irena@wda.example"),
        ("i.rena@skawa.example", "irena@skawa.example"),
    ],
)
def test_two_mailboxes_are_two(one, other):
    assert mailbox(one) != mailbox(other)


def test_who_has_no_address_shares_none():
    assert not share_mailbox(("", "koordynator"), ("", "koordynator"))
    assert share_mailbox(("", "a@b.example"), ("x@b.example", "A@b.example"))
