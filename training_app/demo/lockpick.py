"""The intrusive tool of the demo agency: device extraction, under a guideline that is the demo agency's own.

The guideline's rows are invented.  What they are made of, a closed list of crimes, use as a last resort and an
authorisation that names the device, are the elements that the European Parliament's study PE 583.137 (2017) found in
national laws on police hacking.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from training_app.demo.agency import Loader, instant_of
from training_app.demo.marks import digest_of
from training_app.models.certification import Award
from training_app.models.people import SeatCap, SeatGrant, UnitAssignment
from training_app.models.tool_owners import ToolOwner
from training_app.models.tools import (
    RequirementSet,
    RequirementSetSignature,
    Tool,
    ToolPolicy,
    ToolPurpose,
    ToolVersion,
    VersionFact,
)
from training_app.rules.facts import AwardKind, Prohibition, RenewalBasis, VersionChange

SEATS = 4
EXTRACT, FIND = "extract-evidence", "find-person"

_SERIOUS = ["abduction", "homicide", "human-trafficking", "terrorism"]


@dataclass(frozen=True, slots=True)
class PermittedPurpose:
    """A purpose of the tool with the rows of the guideline for it."""

    code: str
    name: str
    cases: tuple[dict[str, Any], ...]


PURPOSES = (
    PermittedPurpose(
        EXTRACT,
        "Extract evidence from a device",
        (
            {
                "crime_types": _SERIOUS,
                "circumstances": ["seized-device"],
                "authorisation": True,
                "sentence": "A seized device is opened for abduction, homicide, trafficking in human beings or "
                "terrorism only, with a judge's authorisation that names the device.",
                "source": "Demo Police guideline on device intrusion, 2.1 (invented)",
            },
            {
                "crime_types": ["terrorism"],
                "circumstances": ["device-in-use"],
                "authorisation": True,
                "sentence": "A device in use is opened for terrorism only, as a last resort, with a judge's "
                "authorisation that names the target, the device and the data.",
                "source": "Demo Police guideline on device intrusion, 2.2 (invented)",
            },
        ),
    ),
    PermittedPurpose(
        FIND,
        "Find a person whose life is in danger",
        (
            {
                "crime_types": [],
                "circumstances": ["life-in-danger"],
                "authorisation": False,
                "sentence": "To find a missing person, the device that the person left behind is opened while life is "
                "in danger; the duty judge is told on the same day.",
                "source": "Demo Police guideline on device intrusion, 3.1 (invented)",
            },
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Holder:
    """An officer certified on 5.0 with a seat for *purposes*; the day of the full award as an ISO date."""

    number: str
    certified_on: str
    purposes: tuple[str, ...]


HOLDERS = (
    Holder("DP-1003", "2026-02-16", (EXTRACT, FIND)),
    Holder("DP-1007", "2026-11-09", (FIND,)),
    Holder("DP-1012", "2026-11-19", (EXTRACT,)),
)


def load(loader: Loader) -> None:
    """Add the tool, its guideline, version 5.0 in use, and the officers who hold a seat for it."""
    registered = loader.by("registrar", "2026-01-05")
    tool = Tool(
        **registered,
        slug="lockpick",
        name="Lockpick Device Extraction",
        vendor="Lockpick Demo Vendor",
        description="Opens locked telephones and computers, reads what is stored on them, and sorts it for review.",
        prohibition=Prohibition.NONE,
        purposes=[],
        purpose_required=True,
        max_cache_seconds=30,
    )
    loader.add(tool)
    loader.add(ToolOwner(**registered, tool_id=tool.id, person_id=loader.people["registrar2"].id))
    policy = ToolPolicy(
        **registered, tool_id=tool.id, revision=1, validity_months=24, window_months=3, pass_age_months=12,
        evaluation_required=True, seats_required=True, seat_review_months=None, renewal_basis=RenewalBasis.LAST_DAY,
        suspended_seats_count=True,
    )  # fmt: skip
    guideline = [
        ToolPurpose(
            **registered, tool_id=tool.id, code=one.code, name=one.name, permitted=True, cases=list(one.cases)
        )
        for one in PURPOSES
    ]  # fmt: skip
    loader.add(policy, SeatCap(**registered, tool_id=tool.id, seats=SEATS), *guideline)
    version = _version(loader, tool)
    for holder in HOLDERS:
        _holder(loader, holder, tool, version, policy)


def _version(loader: Loader, tool: Tool) -> ToolVersion:
    stamp = loader.by("registrar", "2026-01-05")
    version = ToolVersion(
        **stamp,
        tool_id=tool.id,
        label="5.0",
        predecessor_id=None,
        prohibition=Prohibition.NONE,
        what_changed="First version used by the agency.",
        how_to_stop="Press Halt on the extraction unit, and call the lab's duty desk. What was read stays sealed.",
    )
    loader.add(version)
    modules = ["ai-limits"]
    asked = RequirementSet(**stamp, version_id=version.id, revision=1, full_modules=modules, renewal_modules=modules)
    loader.add(asked)
    loader.add(
        RequirementSetSignature(
            **loader.by("registrar2", "2026-01-05"),
            requirement_set_id=asked.id,
            author_id=loader.people["registrar"].id,
        ),
        VersionFact(**stamp, version_id=version.id, change=VersionChange.ANNOUNCED),
        VersionFact(
            **loader.by("registrar", "2026-02-02"),
            version_id=version.id,
            change=VersionChange.RELEASED,
            forecast=digest_of("demo agency"),
        ),
    )
    return version


def _holder(loader: Loader, holder: Holder, tool: Tool, version: ToolVersion, policy: ToolPolicy) -> None:
    person = loader.people[holder.number]
    unit_id = loader.session.scalars(
        select(UnitAssignment.unit_id).where(UnitAssignment.person_id == person.id)
    ).one()  # fmt: skip
    line = f"demo agency: {holder.number} full {version.label} of {tool.slug} {holder.certified_on}"
    loader.add(
        SeatGrant(
            **loader.by("supervisor", "2026-02-02"),
            officer_id=person.id,
            tool_id=tool.id,
            unit_id=unit_id,
            purposes=list(holder.purposes),
            justification="One of the few who open devices for the district.",
        ),
        Award(
            effective_at=instant_of(holder.certified_on, 11),
            recorded_at=instant_of(holder.certified_on, 11),
            officer_id=person.id,
            version_id=version.id,
            kind=AwardKind.FULL,
            policy_id=policy.id,
            base_id=None,
            steps=[],
            attempts_from=instant_of(holder.certified_on),
            evidence={"import": line},
            evidence_key=f"import:{digest_of(line)}",
            holder_name=person.name,
            code=digest_of(f"certificate of {line}")[:20],
        ),
    )
