"""What is asked beyond the versions: revised requirements, raised assessments, ordered retraining, awards in doubt."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.factories import (
    BRUSSELS,
    assessed,
    delta,
    ended,
    facts,
    full,
    local,
    officer,
    policy,
    released,
    renewal,
    requirements,
    sightline,
    version,
    when,
)
from training_app.rules.access import Badge, Ground, Question, decide
from training_app.rules.awarding import awards_due
from training_app.rules.certification import Coverage
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import SET, Aim, Passed, Signed, TaskKind, duties
from training_app.rules.facts import (
    AwardEndKind,
    AwardKind,
    AwardReviewed,
    AwardUpheld,
    CoveredStep,
    Level,
    RetrainingOrdered,
)

LATE = local("2040-01-01")
BASE = full("3.1", "2026-02-10")


def ask(holder, tool=None, at="2026-11-22", version_asked="3.1"):
    return decide(Question("DP-1001", "sightline", version_asked), facts(holder, tool), at=local(at), known_at=LATE)


def coverage(holder, tool, at="2026-11-22", version_asked="3.1"):
    found = ask(holder, tool, at, version_asked).standing
    return found.coverage, found.path.due if found.path else None


def asked(holder, tool, *passed, signed=(), at="2026-11-22"):
    on = CivilInstant(local(at), BRUSSELS)
    return duties(holder, tool, passed=passed, signed=signed, observed=(), on=on)


def earned(holder, tool, *passed, signed=(), at="2026-11-22"):
    on = CivilInstant(local(at), BRUSSELS)
    return awards_due(holder, tool, passed=passed, signed=signed, observed=(), on=on)


def passed(module, on, opened=None):
    return Passed(f"submission:{module}", module, local(opened or on), local(on))


# -- revisions of what a version asks ----------------------------------------------------------------------------------


def revised(level, *modules, on="2026-11-10", revision=2, **given):
    return requirements("3.1", revision=revision, on=on, level=level, modules=modules, **given)


def asking(*later):
    return sightline(requirements=(requirements("3.1"), requirements("3.2"), *later))


@pytest.mark.parametrize(
    ("level", "grace", "expected"),
    [
        (Level.CARRY_OVER, 0, (Coverage.COVERED, None)),
        (Level.FAMILIARISATION, 14, (Coverage.DUE, date(2026, 11, 24))),
        (Level.DIFFERENCES, 0, (Coverage.OVERDUE, None)),
        (Level.FULL, 30, (Coverage.DUE, date(2026, 12, 10))),
    ],
)
def test_a_later_revision_of_what_a_version_asks_is_a_further_step(level, grace, expected):
    assert coverage(officer(BASE), asking(revised(level, "law", grace_days=grace))) == expected


def test_grace_of_a_revision_runs_out_by_itself_and_is_foreseen():
    tool = asking(revised(Level.FAMILIARISATION, grace_days=14))
    assert ask(officer(BASE), tool).stable_until == local("2026-11-25 00:00")
    assert ask(officer(BASE), tool, "2026-11-25 00:00").grounds == (Ground.OVERDUE,)


def test_an_award_stands_at_the_revision_in_force_on_its_day():
    tool = asking(revised(Level.DIFFERENCES, "law"))
    assert ask(officer(full("3.1", "2026-11-10")), tool).allowed
    assert not ask(officer(full("3.1", "2026-11-09")), tool).allowed
    assert not ask(officer(BASE, renewal("3.1", "2026-11-15")), tool).allowed  # a renewal adds no coverage


def test_the_first_set_of_a_version_asks_nothing_of_who_was_certified_before_it():
    first = sightline(requirements=(requirements("3.1", on="2026-11-01", level=Level.FULL), requirements("3.2")))
    assert ask(officer(BASE), first).allowed


def test_revisions_of_the_asked_version_come_after_the_steps_to_it():
    tool = sightline(
        requirements=(requirements("3.1"), requirements("3.2"),
                      requirements("3.2", revision=2, on="2026-11-10", level=Level.DIFFERENCES, modules=("law",)))
    )  # fmt: skip
    path = ask(officer(BASE), tool, version_asked="3.2").standing.path
    assert path.labels == ("3.1", "3.2")
    assert path.modules == ("sightline-3-2", "law")


def test_doing_what_a_revision_asks_gives_a_delta_award_that_covers_it():
    tool = asking(revised(Level.DIFFERENCES, "law"))
    (duty,) = (one for one in asked(officer(BASE), tool) if one.version == "3.1")
    assert (duty.aim, duty.kind) == (Aim.REGAIN, AwardKind.DELTA)
    assert [(task.kind, task.subject) for task in duty.tasks] == [(TaskKind.MODULE, "law")]
    (due,) = earned(officer(BASE), tool, passed("law", "2026-11-12"))
    assert (due.version, due.kind, due.base, due.modules) == ("3.1", AwardKind.DELTA, BASE, ("law",))
    assert [(step.start, step.end, step.revision) for step in due.steps] == [("3.1", "3.1", 2)]
    award = full("3.1", "2026-11-12", kind=AwardKind.DELTA, base=BASE.id, steps=due.steps)
    assert ask(officer(BASE, award), tool).allowed


def test_a_revision_at_level_1_is_read_and_signed():
    tool = asking(revised(Level.FAMILIARISATION, grace_days=14))
    (duty,) = (one for one in asked(officer(BASE), tool) if one.version == "3.1")
    (task,) = duty.tasks
    assert task.kind is TaskKind.READING
    signed = Signed("requirement-signature:1", task.subject, local("2026-11-12"))
    assert task.subject == f"{SET}3.1-set-2"
    (due,) = earned(officer(BASE), tool, signed=[signed])
    assert due.evidence == ("requirement-signature:1",)


def test_a_revision_at_level_4_asks_the_whole_course_in_attempts_opened_since():
    tool = asking(revised(Level.FULL))
    early, fresh = passed("ai-limits", "2026-11-09"), passed("ai-limits", "2026-11-11")
    assert not [one for one in earned(officer(BASE), tool, early) if one.version == "3.1"]
    (due,) = (one for one in earned(officer(BASE), tool, fresh) if one.version == "3.1")
    assert due.kind is AwardKind.FULL


def test_each_revision_is_a_step_of_its_own_and_what_is_met_is_not_asked_again():
    both = asking(revised(Level.DIFFERENCES, "law"), revised(Level.DIFFERENCES, "bias", on="2026-11-15", revision=3))
    step = CoveredStep(start="3.1", end="3.1", level=Level.DIFFERENCES, modules=("law",), revision=2)
    first = full("3.1", "2026-11-12", kind=AwardKind.DELTA, base=BASE.id, steps=(step,))
    path = ask(officer(BASE, first), both).standing.path
    assert path.modules == ("bias",)


# -- assessments raised later ------------------------------------------------------------------------------------------


READ = assessed("3.1", "3.2", Level.FAMILIARISATION, grace_days=14)
RAISED = assessed("3.1", "3.2", Level.DIFFERENCES, "sightline-3-2", on="2026-11-18", grace_days=10)
SIGNED = delta(BASE, "3.2", "2026-11-05", level=Level.FAMILIARISATION, modules=())


def raised(*assessments):
    return sightline(assessments=assessments or (READ, RAISED))


def test_who_met_the_earlier_assessment_has_new_grace_from_the_raise():
    assert coverage(officer(BASE, SIGNED), raised(), version_asked="3.2") == (Coverage.DUE, date(2026, 11, 28))
    assert ask(officer(BASE, SIGNED), raised(), "2026-11-29 00:00", "3.2").grounds == (Ground.OVERDUE,)


def test_who_had_not_met_it_has_no_new_grace():
    assert coverage(officer(BASE), raised(), version_asked="3.2") == (Coverage.OVERDUE, date(2026, 11, 13))
    late = delta(BASE, "3.2", "2026-11-20", level=Level.FAMILIARISATION, modules=())
    assert coverage(officer(BASE, late), raised(), version_asked="3.2")[0] is Coverage.OVERDUE


def test_who_was_covered_by_level_0_has_new_grace_too():
    carried = raised(assessed("3.1", "3.2", Level.CARRY_OVER), RAISED)
    assert coverage(officer(BASE), carried, version_asked="3.2") == (Coverage.DUE, date(2026, 11, 28))
    newcomer = officer(full("3.1", "2026-11-19"))
    assert coverage(newcomer, carried, version_asked="3.2")[0] is Coverage.OVERDUE


def test_without_grace_a_raise_refuses_from_its_second_signature():
    strict = raised(READ, replace(RAISED, grace_days=0))
    assert ask(officer(BASE, SIGNED), strict, "2026-11-18 08:59", "3.2").allowed
    assert ask(officer(BASE, SIGNED), strict, "2026-11-18 09:00", "3.2").grounds == (Ground.OVERDUE,)


def test_signing_the_raised_assessment_again_gives_no_grace_anew():
    again = replace(RAISED, id="again", **when("2026-11-21"))
    assert coverage(officer(BASE, SIGNED), raised(READ, RAISED, again), version_asked="3.2")[1] == date(2026, 11, 28)


CHAIN = {
    "versions": (version("3.1"), version("3.2", "3.1"), version("3.3", "3.2")),
    "changes": (released("3.1", "2026-01-12"), released("3.2", "2026-11-03"), released("3.3", "2026-11-06")),
    "requirements": tuple(requirements(label) for label in ("3.1", "3.2", "3.3")),
}


def test_a_delta_built_on_one_that_stopped_covering_stops_with_it_and_steps_already_met_ask_nothing():
    onward = assessed("3.2", "3.3", Level.DIFFERENCES, "sightline-3-3")
    tool = sightline(**CHAIN, assessments=(READ, RAISED, onward))
    second = delta(SIGNED, "3.3", "2026-11-07", modules=("sightline-3-3",))
    holder = officer(BASE, SIGNED, second)
    assert ask(holder, tool, "2026-11-17", "3.3").standing.coverage is Coverage.COVERED
    found = ask(holder, tool, version_asked="3.3").standing
    assert (found.coverage, found.path.modules) == (Coverage.DUE, ("sightline-3-2",))
    again = delta(BASE, "3.2", "2026-11-20")
    assert ask(officer(BASE, SIGNED, second, again), tool, version_asked="3.3").standing.coverage is Coverage.COVERED


def test_steps_already_met_set_no_due_date():
    first = assessed("3.1", "3.2", Level.DIFFERENCES, "sightline-3-2")
    onward = assessed("3.2", "3.3", Level.FAMILIARISATION)
    higher = assessed("3.2", "3.3", Level.DIFFERENCES, "sightline-3-3", on="2026-11-18", grace_days=10)
    steps = (
        CoveredStep(start="3.1", end="3.2", level=Level.DIFFERENCES, modules=("sightline-3-2",)),
        CoveredStep(start="3.2", end="3.3", level=Level.FAMILIARISATION),
    )
    both = full("3.3", "2026-11-07", kind=AwardKind.DELTA, base=BASE.id, steps=steps)
    tool = sightline(**CHAIN, assessments=(first, onward, higher))
    assert coverage(officer(BASE, both), tool, version_asked="3.3") == (Coverage.DUE, date(2026, 11, 28))


# -- retraining ordered for one officer --------------------------------------------------------------------------------


ORDER = RetrainingOrdered(**when("2026-11-10"), id="order:1", modules=("ai-limits",), due=date(2026, 11, 30))


def test_an_order_makes_every_version_due_through_its_last_day_and_then_overdue():
    update = delta(BASE, "3.2", "2026-11-05")
    holder = officer(BASE, update, retraining_orders=(ORDER,))
    for label in ("3.1", "3.2"):
        allowed = ask(holder, version_asked=label)
        assert (allowed.badge, allowed.stable_until) == (Badge.DUE, local("2026-12-01 00:00"))
        refused = ask(holder, at="2026-12-01 00:00", version_asked=label)
        assert (refused.badge, refused.grounds) == (Badge.OVERDUE, (Ground.OVERDUE,))


def test_an_order_is_met_by_an_award_from_attempts_opened_since_that_carries_its_modules():
    def meets(**given):
        award = full("3.1", "2026-11-20", kind=AwardKind.DELTA, base=BASE.id, **given)
        return ask(officer(BASE, award, retraining_orders=(ORDER,))).badge is Badge.CERTIFIED

    assert meets(modules=("ai-limits", "more"))
    assert not meets(modules=("more",))
    assert not meets(modules=("ai-limits",), attempts_from=local("2026-11-09"))


def test_doing_what_was_ordered_earns_one_award_that_covers_nothing_of_its_own():
    holder = officer(BASE, retraining_orders=(ORDER,))
    (duty,) = (one for one in asked(holder, sightline()) if one.order)
    assert (duty.aim, duty.by, duty.version) == (Aim.KEEP, date(2026, 11, 30), "3.1")
    assert not earned(holder, sightline(), passed("ai-limits", "2026-11-12", opened="2026-11-09"))
    (due,) = earned(holder, sightline(), passed("ai-limits", "2026-11-12"))
    assert (due.version, due.kind, due.steps) == ("3.1", AwardKind.DELTA, ())
    assert due.evidence == ("submission:ai-limits", "order:order:1")
    award = full("3.1", "2026-11-12", kind=due.kind, base=BASE.id, modules=due.modules, evidence=due.evidence)
    done = officer(BASE, award, retraining_orders=(ORDER,))
    assert ask(done).badge is Badge.CERTIFIED
    assert ask(done).standing.last_day == ask(officer(BASE)).standing.last_day
    assert not [one for one in asked(done, sightline()) if one.order]


def test_an_award_that_was_voided_meets_no_order():
    award = full("3.1", "2026-11-20", kind=AwardKind.DELTA, base=BASE.id, modules=("ai-limits",))
    void = ended(award, AwardEndKind.VOIDED, "2026-11-21")
    assert ask(officer(BASE, award, retraining_orders=(ORDER,), award_ends=(void,))).badge is Badge.DUE


# -- awards under review -----------------------------------------------------------------------------------------------


def review(award, on="2026-11-10"):
    return AwardReviewed(**when(on), id=f"review:{award.id}", award=award.id)


def test_an_award_under_review_holds_up_whoever_could_not_do_without_it():
    update = delta(BASE, "3.2", "2026-11-05")
    holder = officer(BASE, update, award_reviews=(review(update),))
    held = ask(holder, version_asked="3.2")
    assert (held.grounds, held.badge) == ((Ground.AWARD_UNDER_REVIEW,), Badge.ON_HOLD)
    assert held.standing.coverage is Coverage.COVERED
    assert ask(holder, version_asked="3.1").allowed
    whole = officer(BASE, update, award_reviews=(review(BASE),))
    assert ask(whole, version_asked="3.2").grounds == (Ground.AWARD_UNDER_REVIEW,)
    other = officer(BASE, full("3.1", "2026-10-01"), award_reviews=(review(BASE),))
    assert ask(other, version_asked="3.1").allowed


def test_upholding_ends_the_review_and_voiding_ends_the_award():
    opened = review(BASE)
    upheld = AwardUpheld(**when("2026-11-12"), review=opened.id)
    assert ask(officer(BASE, award_reviews=(opened,), award_upholdings=(upheld,))).allowed
    again = replace(opened, id="second", **when("2026-11-13"))
    assert not ask(officer(BASE, award_reviews=(opened, again), award_upholdings=(upheld,))).allowed
    void = ended(BASE, AwardEndKind.VOIDED, "2026-11-12")
    assert ask(officer(BASE, award_reviews=(opened,), award_ends=(void,))).grounds == (Ground.NEVER_CERTIFIED,)


def test_where_use_is_refused_anyway_a_review_adds_no_ground():
    expired = full("3.1", "2026-02-10", policy=policy(validity_months=1))
    assert ask(officer(expired, award_reviews=(review(expired),))).grounds == (Ground.EXPIRED,)
