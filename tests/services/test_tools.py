"""Registering a tool: everything in one go, nothing twice, and nothing but the ban for a prohibited one."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.services import recorded
from tests.services.recorded import NOW
from training_app.models.people import SeatCap
from training_app.models.tools import RiskClass, Tool, ToolCard, ToolPolicy, ToolPurpose
from training_app.rules.facts import Prohibition, RenewalBasis
from training_app.services import gather, tools
from training_app.services.cards import ToolStatement

SAID = ToolStatement(
    purpose="To find look-alikes.",
    legal_basis="Police Act, section 41.",
    risk_class=RiskClass.HIGH,
    personal_data="Faces.",
    special_categories="Biometric data.",
    overridden_by="Every officer.",
    overridden_how="Choose Not a match.",
)
TERMS = tools.Terms(
    seats=8,
    validity_months=24,
    window_months=3,
    pass_age_months=12,
    evaluation_required=True,
    seat_review_months=3,
    renewal_basis=RenewalBasis.LAST_DAY,
)
USE = tools.InUse(SAID, TERMS, (tools.NewPurpose("missing-person", "Find a missing person"),), False, 60)
NEW = tools.NewTool("face-search", "Face Search", "A vendor", "Finds look-alikes.", Prohibition.NONE, None, USE)
FORBIDDEN = replace(NEW, prohibition=Prohibition.LAW, source="AI Act, art. 5(1)(g)", use=None)


def register(session, new=NEW):
    return tools.register_tool(session, new, at=NOW, by=recorded.person(session))


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_one_registration_writes_the_tool_its_card_its_terms_its_cap_and_its_purposes(session):
    tool = register(session)
    assert [count(session, model) for model in (Tool, ToolCard, ToolPolicy, SeatCap, ToolPurpose)] == [1] * 5
    facts = gather.tool(session, "face-search")
    assert facts.policies[0].validity_months == 24
    assert [(one.code, one.permitted) for one in facts.purposes] == [("missing-person", True)]
    (purpose,) = tools.purposes_of(session, tool, at=NOW)
    assert purpose.name == "Find a missing person"
    assert session.scalars(select(SeatCap.seats)).all() == [8]


@pytest.mark.parametrize("intrusive", [True, False])
def test_a_purpose_is_required_of_intrusive_tools_and_of_no_others(session, intrusive):
    tool = register(session, replace(NEW, use=replace(USE, intrusive=intrusive)))
    assert tool.purpose_required is intrusive


@pytest.mark.parametrize("kind", [Prohibition.LAW, Prohibition.POLICY])
def test_a_prohibited_tool_is_registered_with_its_source_and_nothing_that_would_lead_to_use(session, kind):
    tool = register(session, replace(FORBIDDEN, prohibition=kind))
    assert (tool.prohibition, tool.prohibition_source) == (kind, "AI Act, art. 5(1)(g)")
    assert [count(session, model) for model in (ToolCard, ToolPolicy, SeatCap, ToolPurpose)] == [0] * 4


@pytest.mark.parametrize(
    ("again", "is_slug"),
    [
        pytest.param(replace(NEW, name="Another"), True, id="short-name"),
        pytest.param(replace(NEW, slug="another", name="FACE  search"), False, id="name-in-other-letters"),
    ],
)
def test_a_name_or_short_name_that_is_taken_is_refused_and_nothing_is_written(session, again, is_slug):
    register(session)
    with pytest.raises(tools.DuplicateTool) as refused:
        register(session, again)
    assert refused.value.is_slug is is_slug
    assert count(session, Tool) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Face Search 2", "face-search-2"),
        ("Reconnaissance d'événements", "reconnaissance-d-evenements"),
        ("  --  ", ""),
        ("Αναζήτηση", ""),
        ("a" * 39 + " b", "a" * 39),
    ],
)
def test_a_short_name_is_made_of_the_name(name, code):
    assert tools.suggested_code(name) == code


def test_a_purpose_that_is_no_longer_permitted_is_not_listed(session):
    tool = register(session)
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    session.add(ToolPurpose(**stamp, tool_id=tool.id, code="missing-person", name="x", permitted=False, cases=[]))
    session.flush()
    assert tools.purposes_of(session, tool, at=NOW) == []
