"""Every page of the product: who opens it, and at which addresses it has something to show.

Names in braces are filled in by `agency.bring_on`.
"""

from tests.browser.demo_server import REPOSITORY

VISITOR = ""


def lessons(module: str) -> list[str]:
    """Return the lessons of a module as they are written, by the name in their address."""
    return sorted(file.stem for file in (REPOSITORY / "courses" / "content" / module / "en").glob("*.md"))


PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "auth.sign_in": ((VISITOR, "/sign-in"), (VISITOR, "/sign-in?expired=1"), (VISITOR, "/sign-in?expired=1&kept=1")),
    "auth.my_sessions": (("officer", "/my-sessions"),),
    "public.accessibility": ((VISITOR, "/accessibility"), ("officer", "/accessibility")),
    "public.glossary": ((VISITOR, "/glossary"),),
    "styleguide.styleguide": ((VISITOR, "/styleguide"),),
    "officer.tools": (("officer", "/tools"), ("officer1", "/tools")),
    "officer.tool": (("officer", "/tools/sightline"), ("officer1", "/tools/sightline")),
    "officer.modules": (("officer", "/modules"), ("officer1", "/modules")),
    "officer.module": (
        ("officer", "/modules/ai-limits"),
        ("officer1", "/modules/ai-limits"),
        ("officer1", "/modules/sightline-3-2"),
    ),
    "officer.module_lesson": tuple(
        ("officer1", f"/modules/{module}/lessons/{lesson}")
        for module in ("ai-limits", "sightline-3-2")
        for lesson in lessons(module)
    ),
    "officer.certificate": (("officer", "/certificates/{award}"),),
    "quiz.question": (("officer1", "/attempts/{open}/questions/1"), ("officer1", "/attempts/{open}/questions/8")),
    "quiz.feedback": (("officer", "/attempts/{practice}/questions/1/feedback"),),
    "quiz.check": (("officer1", "/attempts/{open}/check"), ("officer", "/attempts/{practice}/check")),
    "quiz.result": (
        ("officer", "/attempts/{passed}/result"),
        ("officer1", "/attempts/{failed}/result"),
        ("officer1", "/attempts/{overtaken}/result"),
    ),
    "supervisor.unit": (("supervisor", "/unit"), ("supervisor", "/unit?show=attention")),
    "supervisor.officer": (("supervisor", "/unit/officers/DP-1004"), ("supervisor", "/unit/officers/DP-1003")),
    "registrar.tools": (("registrar", "/registrar/tools"), ("registrar2", "/registrar/tools")),
    "registrar.tool": (("registrar", "/registrar/tools/sightline"), ("oversight", "/registrar/tools/sightline")),
    "registrar.register_version": (("registrar", "/registrar/tools/sightline/register-version"),),
    "registrar.version": (
        ("registrar", "/registrar/versions/{in use}"),
        ("registrar", "/registrar/versions/{ready}"),
        ("registrar", "/registrar/versions/{waiting}"),
        ("registrar", "/registrar/versions/{registered}"),
        ("registrar2", "/registrar/versions/{waiting}"),
    ),
    "registrar.requirements": (("registrar", "/registrar/versions/{registered}/requirements"),),
    "registrar.requirement_set": (
        ("registrar", "/registrar/requirement-sets/{unsigned requirement_set}"),
        ("registrar2", "/registrar/requirement-sets/{unsigned requirement_set}"),
        ("registrar", "/registrar/requirement-sets/{signed requirement_set}"),
    ),
    "registrar.assess": (("registrar", "/registrar/versions/{waiting}/assess/{in use}"),),
    "registrar.assessment": (
        ("registrar", "/registrar/assessments/{unsigned assessment}"),
        ("registrar2", "/registrar/assessments/{unsigned assessment}"),
        ("registrar", "/registrar/assessments/{signed assessment}"),
    ),
    "registrar.forecast": (
        ("registrar", "/registrar/versions/{ready}/release"),
        ("registrar", "/registrar/versions/{waiting}/release?when=later&day={day to come}&clock=06:00"),
        ("registrar", "/registrar/versions/{in use}/release"),
    ),
    "trainer.modules": (("trainer", "/content"),),
    "trainer.module": (("trainer", "/content/ai-limits"), ("trainer", "/content/sightline-3-3")),
    "trainer.lesson": tuple(
        ("trainer", f"/content/sightline-3-3/lessons/{lesson}") for lesson in lessons("sightline-3-3")
    ),
    "trainer.bank": (("trainer", "/content/ai-limits/bank"),),
    "evaluator.evaluations": (("evaluator", "/evaluations"),),
    "evaluator.record": (("evaluator", "/evaluations/record"),),
    "oversight.journal": (("oversight", "/oversight/journal"), ("oversight", "/oversight/journal?page=2")),
    "oversight.journal_check": (("oversight", "/oversight/journal/check"),),
    "oversight.journal_proof": (("oversight", "/oversight/journal/1/proof"),),
    "oversight.decisions": (("oversight", "/oversight/decisions"),),
    "oversight.decision": (
        ("oversight", "/oversight/decisions/{allowed}"),
        ("oversight", "/oversight/decisions/{denied}"),
    ),
}

#: Addresses that only lead on, to a page above.
LEAD_ON = {"public.home": (("officer", "/"),), "quiz.attempt": (("officer1", "/attempts/{open}"),)}

#: What answers with something other than a page.
NO_PAGES = {"static", "public.robots"}

PEOPLE = sorted({who for addresses in PAGES.values() for who, _address in addresses if who} | {"registrar2"})
