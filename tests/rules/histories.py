"""Random histories of a tool and of an officer, with every kind of fact that an answer can rest on."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from tests.rules.factories import (
    assessed,
    changed,
    cleared,
    delta,
    ended,
    facts,
    full,
    local,
    officer,
    policy,
    purpose,
    renewal,
    requirements,
    seat,
    sightline,
    version,
)
from training_app.rules.access import Question, decide
from training_app.rules.facts import (
    AccountChanged,
    AgencyPolicy,
    AwardEndKind,
    AwardReviewed,
    AwardUpheld,
    Evaluated,
    EvaluationOutcome,
    GuidelineCase,
    Level,
    Prohibition,
    ProhibitionCorrected,
    Rebased,
    Reinstated,
    ReleaseCancelled,
    RenewalBasis,
    RetrainingOrdered,
    SeatReleased,
    SeatReviewed,
    Suspended,
    UnitAssigned,
    VersionChange,
)
from training_app.rules.purposes import Authorisation

START = local("2026-01-01 00:00")
LATE = START + timedelta(days=2000)
"""Later than every random fact."""
LABELS = ("1", "2", "3", "3-fix")
PREDECESSORS = {"2": "1", "3": "2", "3-fix": "2"}

instants = st.one_of(
    st.integers(0, 24 * 900).map(lambda hours: START + timedelta(hours=hours)),
    st.integers(0, 20).map(lambda count: START + timedelta(days=45 * count)),  # so that facts fall on one instant
)
mostly = st.sampled_from([True, True, True, False])
seldom = mostly.map(lambda yes: not yes)


def at(instant):
    return {"effective_at": instant, "recorded_at": instant}


def some(kind, most=2):
    """Return up to *most* facts of a *kind* (a function of an instant and a number), mostly none."""
    return st.lists(instants, max_size=most).flatmap(
        lambda moments: st.just(tuple(kind(moment, number) for number, moment in enumerate(moments)))
    )


@st.composite
def policies(draw, revision=1):
    months = draw(st.sampled_from([6, 12, 24]))
    terms = {"revision": revision, "validity_months": months, "window_months": draw(st.sampled_from([0, 3, 5]))}
    terms["renewal_basis"] = draw(st.sampled_from(RenewalBasis))
    terms |= {"fixed_month": draw(st.integers(1, 12)), "fixed_day": draw(st.sampled_from([1, 28, 31]))}
    terms["minimum_months"] = draw(st.integers(0, 6))
    return policy(**terms, seat_review_months=draw(st.sampled_from([None, 3, 12])))


@st.composite
def requirement_sets(draw):
    """A first set of each version from long ago, and revisions of some."""
    first = [requirements(label, full_observed=draw(seldom), renewal_observed=draw(seldom)) for label in LABELS]
    later = [
        replace(
            requirements(draw(st.sampled_from(LABELS)), revision=number + 2),
            level=draw(st.sampled_from(Level)),
            grace_days=draw(st.sampled_from([0, 30])),
            modules=tuple(draw(st.sets(st.sampled_from("xy")))),
            **at(draw(instants)),
        )
        for number in range(draw(st.sampled_from([0, 0, 1, 2])))
    ]
    return (*first, *later)


ROWS = (
    GuidelineCase(
        crime_types=frozenset({"murder"}), circumstances=frozenset({"planned"}), authorisation=True,
        sentence="Only with a judge's leave.", source="Demo guideline, 1",
    ),
    GuidelineCase(
        crime_types=frozenset({"murder", "kidnapping"}), circumstances=frozenset({"danger"}), authorisation=False,
        sentence="At once where a life is in danger.", source="Demo guideline, 2",
    ),
)  # fmt: skip


@st.composite
def tools(draw):
    """Versions that are mostly released, some withdrawn or suspended again, and edges assessed at any level."""
    changes = [
        replace(changed(label, VersionChange.RELEASED, "2026-01-01"), **at(draw(instants)))
        for label in LABELS
        if draw(mostly)
    ]
    for label in draw(st.lists(st.sampled_from(LABELS), max_size=2)):
        change = draw(st.sampled_from([VersionChange.ANNOUNCED, VersionChange.SUSPENDED, VersionChange.WITHDRAWN]))
        changes.append(replace(changed(label, change, "2026-01-01"), **at(draw(instants))))
    edges = [edge for edge in (("1", "2"), ("2", "3"), ("2", "3-fix")) if draw(mostly)]
    edges += draw(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), max_size=2))
    assessments = [
        replace(
            assessed(start, end, draw(st.sampled_from([None, *Level])), *draw(st.sets(st.sampled_from("xy"))),
                     grace_days=draw(st.sampled_from([0, 14, 400, 400]))),
            **at(draw(instants)),
        )
        for start, end in edges if start != end
    ]  # fmt: skip
    called_off = [one for one in changes if one.change is VersionChange.RELEASED and draw(st.integers(0, 9)) == 0]
    new_policy = replace(draw(policies(2)), **at(draw(instants)))
    corrections = draw(some(lambda moment, _: ProhibitionCorrected(
        **at(moment), version=None, prohibition=Prohibition.NONE
    ), most=1))  # fmt: skip
    return sightline(
        versions=tuple(version(label, PREDECESSORS.get(label)) for label in LABELS),
        changes=tuple(changes),
        cancellations=tuple(
            ReleaseCancelled(**at(one.effective_at - timedelta(days=1)), release=one.id) for one in called_off
        ),
        assessments=tuple(assessments),
        requirements=draw(requirement_sets()),
        policies=(policy(), new_policy),
        rebases=draw(some(lambda moment, number: Rebased(**at(moment), id=f"rebase:{number}", policy=new_policy))),
        agency=draw(some(lambda moment, number: AgencyPolicy(**at(moment), evaluation_required=number == 1), most=3)),
        purposes=(
            purpose("theft"),
            purpose("gravest", cases=ROWS),
            *draw(some(lambda moment, number: purpose("theft", permitted=bool(number), **at(moment)))),
        ),
        purpose_required=draw(seldom),
        corrections=corrections,
    )  # fmt: skip


@st.composite
def evaluations(draw):
    """Up to two more, of any outcome, most of them for some months."""
    moments = draw(st.lists(instants, max_size=2)) if draw(seldom) else []
    return tuple(
        Evaluated(
            **at(moment),
            outcome=draw(st.sampled_from(EvaluationOutcome)),
            through=(moment + timedelta(days=draw(st.sampled_from([40, 400])))).date(),
            restriction=draw(st.sampled_from([None, "not-alone"])),
        )
        for moment in moments
    )


@st.composite
def officers(draw):
    """Officers with up to four full and renewal awards, deltas on them, and what may end or hold them."""
    awards = []
    for label in draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=4)):
        make = draw(st.sampled_from([full, full, renewal]))
        moment = draw(instants)
        modules = tuple(draw(st.sets(st.sampled_from("xyz"))))
        awards.append(
            replace(
                make(label, "2026-01-01"), **at(moment), attempts_from=moment, modules=modules, policy=draw(policies())
            )
        )
    for label in draw(st.lists(st.sampled_from(LABELS), max_size=3)):
        base = draw(st.sampled_from(awards))
        awards.append(replace(delta(base, label, "2026-01-01", modules=("x",)), **at(draw(instants))))
    ends = [
        replace(ended(award, draw(st.sampled_from(AwardEndKind)), "2026-01-01"), **at(draw(instants)))
        for award in awards
        if draw(seldom)
    ]
    reviews = [
        AwardReviewed(**at(draw(instants)), id=f"review:{award.id}", award=award.id) for award in awards if draw(seldom)
    ]
    upheld = [AwardUpheld(**at(draw(instants)), review=review.id) for review in reviews if draw(st.booleans())]
    orders = draw(some(lambda moment, number: RetrainingOrdered(
        **at(moment), id=f"order:{number}", modules=("z",), due=(moment + timedelta(days=30 * number)).date()
    )))  # fmt: skip
    suspensions = [Suspended(**at(draw(instants)), id="s")] if draw(seldom) else []
    reinstated = [Reinstated(**at(draw(instants)), suspension=one.id) for one in suspensions if draw(st.booleans())]
    accounts = [AccountChanged(**at(draw(instants)), is_open=way) for way in (False, True) if draw(seldom)]
    units = [UnitAssigned(**at(draw(instants)), unit=name) for name in ("north", "central") if draw(seldom)]
    held = seat(purposes=frozenset({"theft", "gravest"}))
    released = [SeatReleased(**at(draw(instants)), seat=held.id)] if draw(seldom) else []
    return officer(
        *awards,
        award_ends=tuple(ends),
        award_reviews=tuple(reviews),
        award_upholdings=tuple(upheld),
        retraining_orders=orders,
        suspensions=tuple(suspensions),
        reinstatements=tuple(reinstated),
        accounts=(*officer().accounts, *accounts),
        units=(*officer().units, *units),
        seats=(held,) if draw(mostly) else (),
        seat_releases=tuple(released),
        seat_reviews=draw(some(lambda moment, number: SeatReviewed(**at(moment), seat=held.id))),
        evaluations=(cleared("2028-12-31" if draw(mostly) else "2026-12-31"), *draw(evaluations())),
    )


@st.composite
def questions(draw):
    leave = Authorisation("Court", "R-1", draw(st.sampled_from([local("2027-01-01"), local("2027-01-01").date()])))
    return Question(
        "DP-1001",
        "sightline",
        draw(st.sampled_from([*LABELS, *LABELS, "9", None])),
        purpose=draw(st.sampled_from([None, None, "theft", "gravest", "other"])),
        crime_type=draw(st.sampled_from([None, "murder", "fraud"])),
        circumstance=draw(st.sampled_from([None, "planned", "danger"])),
        authorisation=leave if draw(st.booleans()) else None,
    )


def answer(question, tool, holder, instant, *, known_at=LATE):
    return decide(question, facts(holder, tool), at=instant, known_at=known_at)
