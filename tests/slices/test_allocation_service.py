"""Runs, orders of the commission, publication, lists, resignation: on a real database."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import func, select

from ksr_saas.allocation import queries, rules
from ksr_saas.allocation.certificate import BadResult
from ksr_saas.allocation.errors import (
    AlreadyPublished,
    NothingToAllocate,
    OrderIncomplete,
    RunInProgress,
)
from ksr_saas.allocation.models import Cutoff, RecordedOrder, RunStatus, WishResult
from ksr_saas.allocation.rules import Verdict
from ksr_saas.allocation.service import Runs
from ksr_saas.allocation.snapshot import gather
from ksr_saas.applications.models import Claim, Outcome
from ksr_saas.applications.states import Status
from ksr_saas.audit.models import AuditEvent
from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.criteria.procedure import ConfirmMode
from ksr_saas.criteria.rulebook import Exclusion, Ranking, Scope, Tier
from ksr_saas.criteria.ties import Commission, Older
from ksr_saas.kernel.errors import IllegalMove, NotFound
from ksr_saas.notifications.models import Message
from ksr_saas.offer.models import Unit
from ksr_saas.people.models import Child
from ksr_saas.results import service as results
from ksr_saas.results import will
from ksr_saas.results.errors import (
    ConfirmationAhead,
    ConfirmationOver,
    NothingToConfirm,
    NotPublishable,
    TooEarlyToClose,
)
from ksr_saas.results.models import Placement, PlacementState
from ksr_saas.results.queries import printed, result_of
from ksr_saas.results.rules import Blocker
from tests.factories.recruitment import (
    NOW,
    RULEBOOK,
    a_campaign,
    a_coordinator,
    a_unit,
    an_application,
    criterion,
    stages,
    the_parent,
)

PRIMARY = (
    criterion("catchment", Tier.FIRST, "1"),
    criterion("large-family", Tier.LOCAL, "50"),
)
REASON = "Protokół komisji nr 4/2027"
DURING = NOW + timedelta(days=2)  # families say what they want
AFTER = NOW + timedelta(days=6)  # and that stage is over


def case_page(application_id):
    """The address of a case page."""
    return f"https://x/{application_id}"


async def worked_out(session, campaign, actor):
    """Ask for a run and work it out, as the worker would; with what progress was told."""
    runs = Runs(session=session)
    run = await runs.ask(campaign, actor)
    told = []

    async def progress(phase, percent):
        told.append((phase, percent))

    await runs.work_out(run.id, progress=progress, now=lambda: NOW)
    session.info["told"] = told
    return run


async def published(session, campaign, actor):
    """Work out a run and publish it."""
    run = await worked_out(session, campaign, actor)
    await publish(session, campaign, run, actor)
    return run


async def publish(session, campaign, run, actor):
    return await results.publish(session, campaign, run, actor, now=NOW, address=case_page)


async def verdicts(session, run):
    """By application and unit."""
    rows = await session.scalars(select(WishResult).where(WishResult.run_id == run.id))
    return {(row.application_id, row.unit_id): row for row in rows}


async def a_tie(session, *, places=1):
    """Two children with equal points, and one below them."""
    campaign = await a_campaign(session)
    unit = await a_unit(session, campaign, places=places)
    first = await an_application(session, campaign, [unit], claims=("large-family",))
    second = await an_application(session, campaign, [unit], claims=("disability",))
    third = await an_application(session, campaign, [unit], claims=("both",))
    return campaign, unit, first, second, third


async def test_the_older_child_goes_first_where_a_rule_says_so(session):
    rules_of = msgspec.structs.replace(RULEBOOK, ties=(Older("uchwała"), Commission()))
    campaign = await a_campaign(session, rulebook=rules_of)
    unit = await a_unit(session, campaign)
    made = {}
    for name, born in (("younger", date(2023, 5, 1)), ("older", date(2023, 4, 30))):
        made[name] = await an_application(session, campaign, [unit], claims=("large-family",))
        child = await session.get_one(Child, made[name].child_id)
        child.birth_date = born
    run = await worked_out(session, campaign, await a_coordinator(session))
    assert run.status is RunStatus.DONE
    found = await verdicts(session, run)
    assert found[made["older"].id, unit.id].verdict is Verdict.PLACED
    assert found[made["younger"].id, unit.id].verdict is Verdict.BELOW_BY_RULE
    await publish(session, campaign, run, await a_coordinator(session))
    shown = await result_of(session, made["younger"].id, campaign, now=DURING)
    assert shown.wishes[0].parted_by == ("older",)


async def test_the_worked_example_of_the_act(session):
    campaign = await a_campaign(session)
    unit = await a_unit(session, campaign, places=2)
    claims = {"A": ("large-family",), "B": ("both",), "C": ("taxes",), "D": ("disability", "works")}
    made = {
        name: await an_application(session, campaign, [unit], claims=claims[name])
        for name in claims
    }

    run = await worked_out(session, campaign, await a_coordinator(session))

    assert run.status is RunStatus.DONE
    found = await verdicts(session, run)
    assert {name: found[made[name].id, unit.id].verdict for name in made} == {
        "A": Verdict.PLACED,
        "B": Verdict.BELOW_CUTOFF,
        "C": Verdict.BELOW_CUTOFF,
        "D": Verdict.PLACED,
    }
    assert [found[made[name].id, unit.id].position for name in "DABC"] == [1, 2, 3, 4]
    cutoff = (await session.scalars(select(Cutoff).where(Cutoff.run_id == run.id))).one()
    assert (cutoff.places, cutoff.applicants, cutoff.placed) == (2, 4, 2)
    assert cutoff.points == [5000, 0]
    assert run.summary == {
        "applications": 4,
        "placed": 2,
        "unplaced": 2,
        "free": 0,
        "by_rank": {"1": 2},
    }
    assert session.info["told"] == [("reading", 10), ("placing", 40), ("writing", 70)]
    assert (run.phase, run.percent, run.started_at, run.finished_at) == ("done", 100, NOW, NOW)


async def test_a_run_keeps_exclusions_and_knows_the_first_preference(session):
    kept = msgspec.structs.replace(
        RULEBOOK,
        criteria=tuple(
            msgspec.structs.replace(one, scope=Scope.FIRST_PREFERENCE)
            if one.code == "sibling"
            else one
            for one in RULEBOOK.criteria
        ),
        exclusions=(Exclusion(("works", "taxes"), "uchwała"),),
    )
    campaign = await a_campaign(session, rulebook=kept)
    first, second = await a_unit(session, campaign), await a_unit(session, campaign)
    made = await an_application(
        session,
        campaign,
        [first, second],
        claims=("works", "taxes"),
        siblings_at=(first.institution_id, second.institution_id),
    )

    run = await worked_out(session, campaign, await a_coordinator(session))

    found = await verdicts(session, run)
    assert [found[made.id, unit.id].points[1] for unit in (first, second)] == [3000, 1000]


async def test_a_recruitment_stored_by_the_first_version_runs_as_it_did(session):
    campaign = await a_campaign(session)
    known = ("legal_basis", "max_preferences", "birth_years", "confirm_mode", "criteria")
    campaign.rulebook = {key: campaign.rulebook[key] for key in known}
    unit = await a_unit(session, campaign)
    made = await an_application(session, campaign, [unit], claims=("large-family", "works"))

    run = await worked_out(session, campaign, await a_coordinator(session))

    row = (await verdicts(session, run))[made.id, unit.id]
    assert row.points == [5000, 500]


async def test_only_verified_applications_and_accepted_claims_take_part(session):
    campaign = await a_campaign(session)
    unit, other = await a_unit(session, campaign), await a_unit(session, campaign)
    in_it = await an_application(
        session, campaign, [other, unit], siblings_at=(unit.institution_id,)
    )
    await an_application(
        session, campaign, [unit], claims=("disability",), outcome=Outcome.REJECTED
    )
    for status in (Status.SUBMITTED, Status.RETURNED, Status.REJECTED, Status.WITHDRAWN):
        await an_application(session, campaign, [unit], status=status)
    elsewhere = await a_campaign(session, code="inny-2027")
    await an_application(session, elsewhere, [await a_unit(session, elsewhere)])

    snapshot = await gather(session, campaign)

    assert len(snapshot.wishes) == 2
    assert snapshot.wishes[str(in_it.id)] == [str(other.id), str(unit.id)]
    assert snapshot.standing[str(in_it.id)] == {str(other.id): (0, 0), str(unit.id): (0, 2000)}
    assert snapshot.places == {str(unit.id): 1, str(other.id): 1}


async def test_a_run_is_asked_once_and_on_the_record(session):
    campaign = await a_campaign(session)
    actor = await a_coordinator(session)
    with pytest.raises(NothingToAllocate):
        await Runs(session=session).ask(campaign, actor)
    await an_application(session, campaign, [await a_unit(session, campaign)])

    run = await Runs(session=session).ask(campaign, actor)

    assert (run.status, run.asked_by) == (RunStatus.QUEUED, actor.account_id)
    assert [name for name, _ in session.info["jobs"]] == ["allocation.run"]
    act = (await session.scalars(select(AuditEvent))).one()
    assert (act.act, act.object_id) == ("allocation.ask", run.id)
    with pytest.raises(RunInProgress):
        await Runs(session=session).ask(campaign, actor)


async def test_a_run_that_was_given_up_does_not_block_the_next(session):
    campaign = await a_campaign(session)
    actor = await a_coordinator(session)
    await an_application(session, campaign, [await a_unit(session, campaign)])
    dead = await Runs(session=session).ask(campaign, actor)
    await Runs(session=session).give_up(dead.id, now=AFTER)

    following = await Runs(session=session).ask(campaign, actor)

    assert (dead.status, dead.finished_at) == (RunStatus.FAILED, AFTER)
    assert following.status is RunStatus.QUEUED


async def test_a_run_with_an_end_is_not_given_up(session):
    campaign = await a_campaign(session)
    await an_application(session, campaign, [await a_unit(session, campaign)])
    run = await worked_out(session, campaign, await a_coordinator(session))

    await Runs(session=session).give_up(run.id, now=AFTER)

    assert (run.status, run.finished_at) == (RunStatus.DONE, NOW)


async def test_a_second_delivery_of_the_job_changes_nothing(session):
    campaign = await a_campaign(session)
    await an_application(session, campaign, [await a_unit(session, campaign)])
    run = await worked_out(session, campaign, await a_coordinator(session))

    async def progress(phase, percent):
        raise AssertionError(phase)

    await Runs(session=session).work_out(run.id, progress=progress, now=lambda: AFTER)
    await Runs(session=session).work_out(uuid4(), progress=progress, now=lambda: AFTER)

    assert run.finished_at == NOW
    assert await session.scalar(select(func.count()).select_from(WishResult)) == 1


async def test_a_result_that_breaks_a_promise_is_kept_from_everybody(session, monkeypatch):
    def broken(*_):
        raise BadResult("capacity: unit u holds 9")

    monkeypatch.setattr(rules, "certify", broken)
    campaign = await a_campaign(session)
    await an_application(session, campaign, [await a_unit(session, campaign)])
    actor = await a_coordinator(session)

    run = await worked_out(session, campaign, actor)

    assert (run.status, run.result_digest, run.summary) == (RunStatus.FAILED, None, {})
    assert await session.scalar(select(func.count()).select_from(WishResult)) == 0
    assert Blocker.NOT_FINISHED in await results.blockers(session, campaign, run, now=NOW)
    monkeypatch.undo()
    assert (await worked_out(session, campaign, actor)).status is RunStatus.DONE


async def test_a_tie_stops_the_run_and_the_commissions_order_settles_it(session):
    campaign, unit, first, second, third = await a_tie(session)
    actor = await a_coordinator(session)

    run = await worked_out(session, campaign, actor)

    assert run.status is RunStatus.CONTESTED
    (tie,) = await queries.ties(session, run, campaign)
    assert [one.points for one in tie.scores] == [50, 0]
    assert (tie.places, tie.again) == (1, False)
    assert {child.id for child in tie.children} == {str(first.id), str(second.id)}
    assert (await verdicts(session, run))[first.id, unit.id].verdict is Verdict.BELOW_BY_ORDER
    assert await results.blockers(session, campaign, run, now=NOW) == (Blocker.TIES,)

    order = [str(second.id), str(first.id)]
    await Runs(session=session).record_order(campaign, run, unit.id, order, REASON, actor)
    assert (run.contested, run.status) == ([], RunStatus.CONTESTED)
    assert Blocker.CHANGED in await results.blockers(session, campaign, run, now=NOW)
    following = await worked_out(session, campaign, actor)

    assert following.status is RunStatus.DONE
    found = await verdicts(session, following)
    assert [found[one.id, unit.id].verdict for one in (first, second, third)] == [
        Verdict.BELOW_BY_ORDER,
        Verdict.PLACED,
        Verdict.BELOW_CUTOFF,
    ]
    acts = [act.act for act in await session.scalars(select(AuditEvent))]
    assert acts.count("allocation.record-order") == 1


async def test_an_order_names_every_tied_child_once_and_gives_a_reason(session):
    campaign, unit, first, second, third = await a_tie(session)
    actor = await a_coordinator(session)
    run = await worked_out(session, campaign, actor)
    one, two, three = str(first.id), str(second.id), str(third.id)
    runs = Runs(session=session)

    for order, reason in (
        ([one], REASON),
        ([one, one], REASON),
        ([one, three], REASON),
        ([one, two, three], REASON),
        ([one, two], "krótko"),
        ([one, two], "          "),
    ):
        with pytest.raises(OrderIncomplete) as refusal:
            await runs.record_order(campaign, run, unit.id, order, reason, actor)
        assert refusal.value.values == {"count": 2}
    with pytest.raises(NotFound):
        await runs.record_order(campaign, run, uuid4(), [one, two], REASON, actor)
    assert await session.scalar(select(func.count()).select_from(RecordedOrder)) == 0


async def test_an_equal_who_comes_later_opens_the_tie_again(session):
    campaign, unit, first, second, third = await a_tie(session)
    actor = await a_coordinator(session)
    run = await worked_out(session, campaign, actor)
    order = [str(first.id), str(second.id)]
    await Runs(session=session).record_order(campaign, run, unit.id, order, REASON, actor)
    session.add(Claim(application_id=third.id, criterion="disability", outcome=Outcome.ACCEPTED))
    await session.flush()
    # Above the others now; then equal to them.
    assert (await worked_out(session, campaign, actor)).status is RunStatus.DONE
    claims = await session.scalars(select(Claim).where(Claim.application_id == third.id))
    (both,) = (one for one in claims if one.criterion == "both")
    both.outcome = Outcome.REJECTED
    await session.flush()

    run = await worked_out(session, campaign, actor)

    (tie,) = await queries.ties(session, run, campaign)
    assert (len(tie.children), tie.again) == (3, True)


async def test_equal_inputs_give_equal_results(session):
    campaign, *_ = await a_tie(session, places=2)
    actor = await a_coordinator(session)
    one = await worked_out(session, campaign, actor)
    two = await worked_out(session, campaign, actor)
    assert (one.input_digest, one.result_digest, one.summary) == (
        two.input_digest,
        two.result_digest,
        two.summary,
    )
    assert [run.id for run in await queries.runs_of(session, campaign.id)].count(one.id) == 1


async def test_what_stands_in_the_way_of_publication(session):
    campaign = await a_campaign(session)
    unit = await a_unit(session, campaign)
    application = await an_application(session, campaign, [unit])
    actor = await a_coordinator(session)
    run = await worked_out(session, campaign, actor)
    assert await results.blockers(session, campaign, run, now=NOW) == ()

    early = NOW - timedelta(days=15)
    assert await results.blockers(session, campaign, run, now=early) == (Blocker.SUBMISSION_OPEN,)

    for status in (Status.SUBMITTED, Status.RETURNED):
        await an_application(session, campaign, [unit], status=status)
    assert await results.waiting(session, campaign.id) == 2
    assert await results.blockers(session, campaign, run, now=NOW) == (Blocker.WAITING,)

    application.status = Status.WITHDRAWN
    await session.flush()
    with pytest.raises(NotPublishable) as refusal:
        await publish(session, campaign, run, actor)
    assert refusal.value.blockers == (Blocker.WAITING, Blocker.CHANGED)
    assert await session.scalar(select(func.count()).select_from(Placement)) == 0
    assert campaign.published_at is None


async def test_a_corrected_point_makes_a_run_stale(session):
    campaign = await a_campaign(session)
    unit = await a_unit(session, campaign)
    await an_application(session, campaign, [unit], claims=("works",))
    run = await worked_out(session, campaign, await a_coordinator(session))
    claim = (await session.scalars(select(Claim))).one()
    claim.outcome = Outcome.REJECTED
    await session.flush()
    assert await results.blockers(session, campaign, run, now=NOW) == (Blocker.CHANGED,)


async def test_publication_gives_places_and_tells_every_family_once(session):
    campaign = await a_campaign(session)
    unit = await a_unit(session, campaign)
    won = await an_application(session, campaign, [unit], claims=("works",))
    lost = await an_application(
        session, campaign, [unit], email="", account_email="konto@example.pl"
    )
    await an_application(session, campaign, [unit], email="", status=Status.REJECTED)
    await an_application(session, campaign, [unit], status=Status.WITHDRAWN)
    actor = await a_coordinator(session)
    run = await worked_out(session, campaign, actor)

    assert await publish(session, campaign, run, actor) == 2

    placement = (await session.scalars(select(Placement))).one()
    assert (placement.application_id, placement.unit_id) == (won.id, unit.id)
    assert placement.state is PlacementState.QUALIFIED
    assert (campaign.published_run_id, campaign.published_at) == (run.id, NOW)
    sent = {row.account_id: row for row in await session.scalars(select(Message))}
    assert {key: row.recipient for key, row in sent.items()} == {
        won.account_id: "rodzic@example.pl",
        lost.account_id: "konto@example.pl",
    }
    assert sent[won.account_id].kind == "result-published"
    assert sent[won.account_id].values == {
        "number": f"przedszkola-2027/{won.number:05}",
        "address": f"https://x/{won.id}",
    }
    jobs = [name for name, _ in session.info["jobs"]]
    assert jobs.count("notifications.send") == 1
    with pytest.raises(NotPublishable) as refusal:
        await publish(session, campaign, run, actor)
    assert refusal.value.blockers == (Blocker.PUBLISHED,)
    with pytest.raises(AlreadyPublished):
        await Runs(session=session).ask(campaign, actor)


@pytest.mark.parametrize(
    ("changed", "better", "lacking", "lacked"),
    [
        ({"ranking": Ranking.PLAIN_SUM}, "both", "sum", 250),
        ({"level": Level.PRIMARY, "criteria": PRIMARY}, "catchment", "first", 1),
    ],
)
async def test_places_go_by_what_the_rules_compare(session, changed, better, lacking, lacked):
    rulebook = msgspec.structs.replace(RULEBOOK, **changed)
    campaign = await a_campaign(session, rulebook=rulebook)
    unit = await a_unit(session, campaign)
    won = await an_application(session, campaign, [unit], claims=(better,))
    lost = await an_application(session, campaign, [unit], claims=("large-family",))
    actor = await a_coordinator(session)
    await publish(session, campaign, await worked_out(session, campaign, actor), actor)
    assert (await result_of(session, won.id, campaign, now=NOW)).place
    (wish,) = (await result_of(session, lost.id, campaign, now=NOW)).wishes
    assert (wish.verdict, wish.lacking, wish.lacked) == (Verdict.BELOW_CUTOFF, lacking, lacked)
    assert [one.tier for one in wish.scores] == list(rulebook.compared)


async def test_a_parent_sees_nothing_before_and_every_reason_after_publication(session):
    campaign = await a_campaign(session)
    misie = await a_unit(session, campaign, name="Misie")
    puste = await a_unit(session, campaign, name="Puste", places=0)
    zajace = await a_unit(session, campaign, name="Zające")
    sowy = await a_unit(session, campaign, name="Sowy")
    best = await an_application(session, campaign, [misie], claims=("large-family",))
    taxes = await an_application(session, campaign, [zajace], claims=("taxes",))
    mine = await an_application(session, campaign, [misie, puste, zajace, sowy], claims=("works",))
    none = await an_application(session, campaign, [misie])
    actor = await a_coordinator(session)
    run = await worked_out(session, campaign, actor)
    assert await result_of(session, mine.id, campaign, now=NOW) is None

    await publish(session, campaign, run, actor)

    got = await result_of(session, mine.id, campaign, now=NOW)
    assert (got.state, got.place, got.may_resign) == (PlacementState.QUALIFIED, "Sowy", True)
    assert [(one.name, one.verdict, one.lacking, one.lacked) for one in got.wishes] == [
        ("Misie", Verdict.BELOW_CUTOFF, "statutory", Decimal(50)),
        ("Puste", Verdict.BELOW_CUTOFF, "", Decimal(0)),
        ("Zające", Verdict.BELOW_CUTOFF, "local", Decimal(5)),
        ("Sowy", Verdict.PLACED, "", Decimal(0)),
    ]
    first = got.wishes[0]
    assert (first.position, first.applicants, first.places) == (2, 3, 1)
    assert [one.points for one in first.scores] == [0, 5]
    assert [one.points for one in first.last] == [50, 0]
    got = await result_of(session, none.id, campaign, now=NOW)
    assert (got.state, got.place, got.may_resign) == (None, "", False)
    assert (await result_of(session, best.id, campaign, now=NOW)).place == "Misie"
    assert (await result_of(session, taxes.id, campaign, now=NOW)).place == "Zające"
    assert await result_of(session, uuid4(), campaign, now=NOW) is None


async def test_a_family_resigns_from_its_own_place_until_the_lists_are_closed(session):
    campaign = await a_campaign(session)
    unit = await a_unit(session, campaign, places=2)
    gone = await an_application(session, campaign, [unit])
    stays = await an_application(session, campaign, [unit])
    actor = await a_coordinator(session)
    with pytest.raises(NotFound):
        await will.resign(session, gone.id, the_parent(gone), now=NOW, address=case_page)
    await published(session, campaign, actor)
    with pytest.raises(NotFound):
        await will.resign(session, gone.id, the_parent(stays), now=NOW, address=case_page)

    await will.resign(session, gone.id, the_parent(gone), now=NOW, address=case_page)

    assert (await result_of(session, gone.id, campaign, now=NOW)).state is PlacementState.RESIGNED
    with pytest.raises(IllegalMove):
        await will.resign(session, gone.id, the_parent(gone), now=NOW, address=case_page)
    with pytest.raises(TooEarlyToClose):
        await results.close_admissions(session, campaign, actor, now=NOW, address=case_page)
    assert (
        await results.close_admissions(session, campaign, actor, now=AFTER, address=case_page) == 1
    )
    got = await result_of(session, stays.id, campaign, now=NOW)
    assert (got.state, got.may_resign) == (PlacementState.ADMITTED, False)
    with pytest.raises(IllegalMove):
        await will.resign(session, stays.id, the_parent(stays), now=AFTER, address=case_page)
    with pytest.raises(IllegalMove):
        await results.close_admissions(session, campaign, actor, now=AFTER, address=case_page)


async def an_opt_in_campaign(session):
    opt_in = msgspec.structs.replace(RULEBOOK, confirm_mode=ConfirmMode.OPT_IN)
    return await a_campaign(session, rulebook=opt_in, timetable=stages(NOW, StageCode.CONFIRMATION))


async def test_where_silence_loses_the_place_only_who_said_so_is_admitted(session):
    campaign = await an_opt_in_campaign(session)
    unit = await a_unit(session, campaign, places=3)
    wants, silent, gone = [await an_application(session, campaign, [unit]) for _ in range(3)]
    actor = await a_coordinator(session)
    await published(session, campaign, actor)
    ahead = await result_of(session, wants.id, campaign, now=NOW)
    assert ahead.confirm_from == NOW + timedelta(days=1)
    with pytest.raises(ConfirmationAhead):
        await will.confirm(session, wants.id, the_parent(wants), now=NOW, address=case_page)
    due = await result_of(session, wants.id, campaign, now=DURING)
    assert (due.confirm_from, due.confirm_by) == (None, NOW + timedelta(days=5))
    with pytest.raises(NotFound):
        await will.confirm(session, wants.id, the_parent(silent), now=DURING, address=case_page)

    for _ in range(2):
        await will.confirm(session, wants.id, the_parent(wants), now=DURING, address=case_page)
    await will.resign(session, gone.id, the_parent(gone), now=DURING, address=case_page)

    got = await result_of(session, wants.id, campaign, now=DURING)
    assert (got.state, got.confirmed_at) == (PlacementState.CONFIRMED, DURING)
    assert (got.confirm_by, got.may_resign) == (None, True)
    with pytest.raises(IllegalMove):
        await will.confirm(session, gone.id, the_parent(gone), now=DURING, address=case_page)
    with pytest.raises(TooEarlyToClose):
        await results.close_admissions(session, campaign, actor, now=DURING, address=case_page)
    with pytest.raises(ConfirmationOver):
        await will.confirm(session, silent.id, the_parent(silent), now=AFTER, address=case_page)
    assert (
        await results.close_admissions(session, campaign, actor, now=AFTER, address=case_page) == 1
    )
    ends = [await result_of(session, one.id, campaign, now=AFTER) for one in (wants, silent, gone)]
    assert [one.state for one in ends] == [
        PlacementState.ADMITTED,
        PlacementState.LAPSED,
        PlacementState.RESIGNED,
    ]
    assert not any(one.may_resign for one in ends)
    sent = Counter((await session.scalars(select(Message.kind))).all())
    assert sent == {
        "result-published-to-confirm": 3,
        "place-confirmed": 1,
        "place-given-back": 1,
        "child-admitted": 1,
        "place-lapsed": 1,
    }
    (closed,) = (
        await session.scalars(
            select(AuditEvent).where(AuditEvent.act == "results.close-admissions")
        )
    ).all()
    assert (closed.detail["admitted"], closed.detail["lapsed"]) == (1, 1)


async def test_a_family_that_confirmed_may_still_give_the_place_back(session):
    campaign = await an_opt_in_campaign(session)
    one = await an_application(session, campaign, [await a_unit(session, campaign)])
    await published(session, campaign, await a_coordinator(session))
    await will.confirm(session, one.id, the_parent(one), now=DURING, address=case_page)
    await will.resign(session, one.id, the_parent(one), now=DURING, address=case_page)
    got = await result_of(session, one.id, campaign, now=DURING)
    assert (got.state, got.may_resign) == (PlacementState.RESIGNED, False)


async def test_nobody_is_asked_to_confirm_where_silence_keeps_the_place(session):
    campaign = await a_campaign(session)
    one = await an_application(session, campaign, [await a_unit(session, campaign)])
    await published(session, campaign, await a_coordinator(session))
    assert (await result_of(session, one.id, campaign, now=NOW)).confirm_by is None
    with pytest.raises(NothingToConfirm):
        await will.confirm(session, one.id, the_parent(one), now=NOW, address=case_page)


async def test_without_a_stage_for_confirming_nobody_loses_a_place(session):
    opt_in = msgspec.structs.replace(RULEBOOK, confirm_mode=ConfirmMode.OPT_IN)
    campaign = await a_campaign(session, rulebook=opt_in)
    await an_application(session, campaign, [await a_unit(session, campaign)])
    actor = await a_coordinator(session)
    await published(session, campaign, actor)
    with pytest.raises(TooEarlyToClose):
        await results.close_admissions(session, campaign, actor, now=AFTER, address=case_page)
    assert campaign.admitted_at is None


async def test_lists_are_closed_only_after_publication(session):
    campaign = await a_campaign(session, timetable=stages())
    with pytest.raises(TooEarlyToClose):
        await results.close_admissions(
            session, campaign, await a_coordinator(session), now=AFTER, address=case_page
        )


async def test_the_statutory_lists(session):
    campaign = await a_campaign(session)
    unit = await a_unit(session, campaign, name="Misie", places=3)
    other = await a_unit(session, campaign, name="Zające", places=1)
    empty = await a_unit(session, campaign, name="Puste", places=2)

    async def child(family, given, claims, units):
        return await an_application(
            session, campaign, units, claims=claims, family_name=family, given_name=given
        )

    await child("Żak", "Ola", ("large-family",), [unit])
    leaves = await child("Łoś", "Ala", ("both",), [unit])
    twin = await child("Ćwik", "Jan", ("taxes",), [unit])
    namesake = await child("Ćwik", "Jan", (), [unit])
    await child("Cybulska", "Iga", (), [unit])
    await child("Better", "Ela", ("disability",), [other, unit])
    actor = await a_coordinator(session)
    at = unit.institution_id
    assert await printed(session, campaign, at, admitted=False) is None
    await published(session, campaign, actor)

    (first,) = (qualified := await printed(session, campaign, at, admitted=False)).parts

    assert first.inside == (f"Ćwik Jan (…{twin.number:05})", "Łoś Ala", "Żak Ola")
    assert first.outside == ("Cybulska Iga", f"Ćwik Jan (…{namesake.number:05})")
    assert first.free == 0
    assert [one.points for one in first.lowest] == [0, 10]
    assert (qualified.institution, qualified.published_at) == ("Misie", NOW)
    (nobody,) = (await printed(session, campaign, empty.institution_id, admitted=False)).parts
    assert (nobody.inside, nobody.outside, nobody.free, nobody.lowest) == ((), (), 2, ())
    assert await printed(session, campaign, uuid4(), admitted=False) is None
    assert await printed(session, campaign, at, admitted=True) is None

    await will.resign(session, leaves.id, the_parent(leaves), now=NOW, address=case_page)
    await will.resign(session, twin.id, the_parent(twin), now=NOW, address=case_page)
    await results.close_admissions(session, campaign, actor, now=AFTER, address=case_page)

    (second,) = (await printed(session, campaign, at, admitted=True)).parts
    assert second.inside == ("Żak Ola",)
    assert len(second.outside) == 4
    assert second.free == 2
    assert [one.points for one in second.lowest] == [50, 0]
    assert (await printed(session, campaign, at, admitted=False)).parts == (first,)


async def test_every_unit_of_an_institution_has_its_part_of_the_list(session):
    campaign = await a_campaign(session)
    general = await a_unit(session, campaign, name="Misie", places=1)
    small = Unit(
        campaign_id=campaign.id,
        institution_id=general.institution_id,
        code="b",
        name="Oddział integracyjny",
        capacity=2,
    )
    session.add(small)
    await session.flush()
    for family, claims, units in [
        ("Adamska", ("large-family",), [general, small]),
        ("Bąk", (), [general, small]),
        ("Cis", (), [general]),
    ]:
        await an_application(session, campaign, units, claims=claims, family_name=family)
    await published(session, campaign, await a_coordinator(session))

    found = await printed(session, campaign, general.institution_id, admitted=False)

    first, second = found.parts
    assert (first.unit, second.unit) == ("", "Oddział integracyjny")
    assert [len(one.inside) for one in found.parts] == [1, 1]
    assert [one.split()[0] for one in first.inside] == ["Adamska"]
    assert [one.split()[0] for one in first.outside] == ["Bąk", "Cis"]
    assert [one.split()[0] for one in second.inside] == ["Bąk"]
    assert (second.outside, second.free) == ((), 1)


async def test_the_studio_shows_how_institutions_closed(session):
    campaign, *_ = await a_tie(session, places=3)
    await a_unit(session, campaign, name="Ćmy", places=4)
    run = await worked_out(session, campaign, await a_coordinator(session))
    rows = await queries.cutoff_rows(session, run.id, campaign)
    assert [(row.name, row.places, row.applicants, row.placed) for row in rows] == [
        ("Ćmy", 4, 0, 0),
        ("Przedszkole Misie", 3, 3, 3),
    ]
    assert rows[0].scores == ()
    assert rows[1].scores[1].points == 300
    assert (await queries.run_and_campaign(session, run.id))[1] is campaign
    with pytest.raises(NotFound):
        await queries.run_and_campaign(session, uuid4())
