"""Every act, role and reason of the record can be read by people."""

import pytest

from ksr_saas.audit.catalogue import ACTS
from ksr_saas.identity.authorisation import Role
from ksr_saas.kernel import i18n
from ksr_saas.openings.rules import REASONS, Reason
from ksr_saas.openings.wording import ACT_WORDS, REASON_WORDS, reason_words, role_words
from ops import words


def test_every_act_of_the_catalogue_has_its_words_and_there_are_no_others():
    assert ACT_WORDS.keys() == ACTS


def test_no_two_acts_or_reasons_are_called_the_same():
    assert len(set(ACT_WORDS.values())) == len(ACT_WORDS)
    assert len(set(REASON_WORDS.values())) == len(REASON_WORDS)


def test_every_reason_has_its_words_and_is_asked_for_somewhere():
    assert REASON_WORDS.keys() == set(Reason) == {one for some in REASONS.values() for one in some}


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_acts_reasons_and_roles_are_said_in_every_language(lang):
    source = {*ACT_WORDS.values(), *REASON_WORDS.values()}
    said = words.said()
    assert [one for one in source if one not in said] == []
    with i18n.speaking(lang):
        read = [i18n._(one) for one in source]
        read += [role_words(one) for one in ("system", *Role)]
        read += [reason_words(one) for one in Reason]
    assert all(read)
    assert lang == "pl" or not source & set(read)


def test_a_role_or_reason_that_is_no_more_breaks_no_page():
    assert role_words("delegate") == "delegate"
    assert reason_words("written") == ""
