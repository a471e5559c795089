"""The cards of the demo agency's tools.  Vendors, data sets, tests and every figure are invented."""

from typing import Any

from sqlalchemy import select

from training_app.demo.agency import Loader
from training_app.models.tools import RiskClass, Tool, ToolCard, ToolPurpose, ToolVersion, VersionCard

MISSES, FALSE_MATCHES = "Missed matches", "False matches"

_SIGHTLINE = {
    "purpose": "To find, among the agency's own custody pictures, people who may be the person in a picture from an "
    "investigation. It gives leads to check, never an identification.",
    "legal_basis": "Demo Police Act, section 41 (invented); Directive (EU) 2016/680, art. 10, as in national law.",
    "risk_class": RiskClass.HIGH,
    "personal_data": "Pictures of faces from investigations, custody pictures with name and case number, and templates "
    "computed from both.",
    "special_categories": "Biometric data that identify a person. No other special category is used or inferred.",
    "overridden_by": "Every officer who works with it, without asking anybody; the duty supervisor for a whole case.",
    "overridden_how": "Choose Not a match and say why. The look-alike leaves the case; the reason stays in the log.",
    "retention": "Pictures and templates of a search: 30 days from the search, then deleted. Custody pictures: as the "
    "custody rules say, reviewed every year. The log of searches: three years.",
}

_FIGURES = {
    "3.1": (
        (MISSES, ("6.1 %", "4.0 %", "7.4 %", "3.9 %")),
        (FALSE_MATCHES, ("0.9 %", "0.3 %", "1.2 %", "0.3 %")),
    ),
    "3.2": (
        (MISSES, ("4.2 %", "3.1 %", "4.8 %", "3.0 %")),
        (FALSE_MATCHES, ("0.5 %", "0.2 %", "0.6 %", "0.2 %")),
    ),
}
_GROUPS = ("Women", "Men", "Darker skin", "Lighter skin")

_LIMITS = {
    "3.1": "Pictures taken at night, faces turned by more than 30 degrees, people under 18 and people over 70. False "
    "matches are more frequent for women and for darker skin.",
    "3.2": "Pictures taken at night and people under 18. The scale of the score is new: a threshold kept from 3.1 "
    "misleads. False matches are still more frequent for women and for darker skin.",
}

_TESTS = {
    "3.1": (
        ("2025-09-15", "Sightline Demo Vendor", "Vendor set A (invented)", "women and men; darker and lighter skin",
         "Three times as many false matches for women, four times as many for darker skin."),
    ),
    "3.2": (
        ("2026-08-24", "Sightline Demo Vendor", "Vendor set B (invented)", "women and men; darker and lighter skin",
         "False matches nearly halved, but still more than twice as frequent for women and for darker skin."),
        ("2026-09-28", "Demo Police, methods unit", "Custody sample 2026 (invented)", "age under 25, 25 to 59, over 59",
         "No difference that the size of the sample could show."),
    ),
}  # fmt: skip

_LOCKPICK = {
    "purpose": "To copy what is stored on a device that an investigation may open, so that an officer can search it.",
    "legal_basis": "Demo Police Act, section 58, and the Demo Police guideline on device intrusion (invented).",
    "risk_class": RiskClass.HIGH,
    "personal_data": "Everything on the device: messages, pictures, places, contacts, also of people who are not "
    "suspected of anything.",
    "special_categories": "Any of them may be on a device. The tool sorts by none of them.",
    "overridden_by": "The officer at the bench, and the judge who gave the authorisation.",
    "overridden_how": "Stop the copy, seal the device, and note the time. Copied data outside the authorisation are "
    "deleted and the deletion is logged.",
    "retention": "The copy: until the case is closed for good, then deleted within 30 days. What lies outside the "
    "authorisation: deleted at once. The log: three years.",
}


def load(loader: Loader) -> None:
    """Add the cards of the tools that the demo agency uses, as of the days on which their versions were registered."""
    tools = {tool.slug: tool for tool in loader.session.scalars(select(Tool))}
    sightline = tools["sightline"]
    _tool(loader, sightline, _SIGHTLINE)
    for code, name in (("identify-suspect", "Identify a suspect"), ("missing-person", "Find a missing person")):
        stamp = loader.by("registrar", "2025-12-01")
        loader.add(ToolPurpose(**stamp, tool_id=sightline.id, code=code, name=name, permitted=True, cases=[]))
    for version in _versions(loader, sightline):
        _version(loader, version, _stated_of_sightline(version.label))
    if lockpick := tools.get("lockpick"):
        _tool(loader, lockpick, _LOCKPICK)
        for version in _versions(loader, lockpick):
            _version(loader, version, _stated_of_lockpick())


def _versions(loader: Loader, tool: Tool) -> list[ToolVersion]:
    return list(
        loader.session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id).order_by(ToolVersion.id))
    )


def _tool(loader: Loader, tool: Tool, said: dict[str, Any]) -> None:
    stamp = {"effective_at": tool.effective_at, "recorded_at": tool.recorded_at, "recorded_by_id": tool.recorded_by_id}
    loader.add(ToolCard(**stamp, tool_id=tool.id, revision=1, **said))


def _version(loader: Loader, version: ToolVersion, said: dict[str, Any]) -> None:
    stamp = {
        "effective_at": version.effective_at,
        "recorded_at": version.recorded_at,
        "recorded_by_id": version.recorded_by_id,
    }
    loader.add(VersionCard(**stamp, version_id=version.id, revision=1, **said))


def _stated_of_sightline(label: str) -> dict[str, Any]:
    return {
        "training_data": "Two million portraits that the vendor says were licensed, taken from 2012 to 2022, mostly of "
        "people between 20 and 50 in Europe (invented).",
        "known_limits": _LIMITS[label],
        "vendor_figures": [
            {"group": group, "measure": measure, "value": value}
            for measure, values in _FIGURES[label]
            for group, value in zip(_GROUPS, values, strict=True)
        ],
        "group_tests": [_test(*test) for test in _TESTS[label]],
    }


def _stated_of_lockpick() -> dict[str, Any]:
    return {
        "training_data": "Chats in twelve languages, bought from a data broker, as the vendor states (invented).",
        "known_limits": "Sorts messages well in English only. Slang, dialect and irony are often sorted as threats. "
        "Deleted files come without dates.",
        "vendor_figures": [
            {"group": group, "measure": "Messages wrongly sorted as threats", "value": value}
            for group, value in (("English", "1.8 %"), ("French", "3.9 %"), ("Arabic", "9.6 %"))
        ],
        "group_tests": [
            _test("2025-06-30", "Lockpick Demo Vendor", "Chats 2025 (invented)", "language of the message",
                  "Five times as many wrong threats in Arabic as in English."),
        ],
    }  # fmt: skip


def _test(day: str, owner: str, data_set: str, groups: str, finding: str) -> dict[str, str]:
    return {"date": day, "owner": owner, "data_set": data_set, "groups": groups, "finding": finding}
