"""Every page of the product: who opens it, and at which addresses it has something to show.

Names in braces are filled in by `agency.bring_on`.
"""

from quizzes.interaction_fields import ItemKind
from tests.browser.demo_server import REPOSITORY

VISITOR = ""
LABS_ANSWERED = (
    "lab-2-threshold=101&lab-3-tool=0&lab-3-measure=precision&lab-4-step=all&lab-5-hit-1=reject&lab-5-hit-2=accept"
    "&lab-5-hit-3=ask&lab-5-hit-4=accept&lab-5-hit-5=reject"
)
"""The labs of the style guide with their results."""


def lessons(module: str) -> list[str]:
    """Return the lessons of a module as they are written, by the name in their address."""
    return sorted(file.stem for file in (REPOSITORY / "courses" / "content" / module / "en").glob("*.md"))


PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "auth.sign_in": ((VISITOR, "/sign-in"), (VISITOR, "/sign-in?expired=1"), (VISITOR, "/sign-in?expired=1&kept=1")),
    "auth.my_sessions": (("officer", "/my-sessions"),),
    "my_data.overview": (("officer", "/my-data"), ("registrar", "/my-data")),
    "my_data.section": (
        ("officer", "/my-data/sections/rectification"),
        ("officer1", "/my-data/sections/training"),
        ("officer1", "/my-data/sections/certifications"),
        ("registrar", "/my-data/sections/acts"),
        ("officer1", "/my-data/sections/reports"),
    ),
    "my_data.records": (
        ("officer1", "/my-data/sections/training/answer"),
        ("officer", "/my-data/sections/seats/seat_grant"),
    ),
    "my_data.ask": (("officer", "/my-data/rectifications/new?section=seats"),),
    "my_data.request_": (("officer", "/my-data/rectifications/1"),),
    "rectifications.desk": (("registrar", "/people/rectifications"), ("oversight", "/people/rectifications")),
    "rectifications.one": (("registrar", "/people/rectifications/1"), ("registrar", "/people/rectifications/2")),
    "rectifications.act": (
        ("registrar", "/people/rectifications/2/correct"),
        ("registrar", "/people/rectifications/2/refuse"),
        ("registrar", "/people/rectifications/2/refer"),
        ("registrar", "/people/rectifications/2/extend"),
    ),
    "lti_links.mine": (("officer", "/my-platforms"),),
    "public.accessibility": ((VISITOR, "/accessibility"), ("officer", "/accessibility")),
    "public.glossary": (("officer", "/glossary"),),
    "citizens.start": ((VISITOR, "/public/"), (VISITOR, "/public/?lang=fr")),
    "citizens.tools": ((VISITOR, "/public/tools"), (VISITOR, "/public/tools?lang=fr")),
    "citizens.tool": (
        (VISITOR, "/public/tools/sightline"),
        (VISITOR, "/public/tools/lockpick?lang=fr"),
        (VISITOR, "/public/tools/portrait-sorter"),
    ),
    "citizens.oversight": ((VISITOR, "/public/oversight"), (VISITOR, "/public/oversight?lang=fr")),
    "citizens.training": ((VISITOR, "/public/training"), (VISITOR, "/public/training?lang=fr")),
    "citizens.module": ((VISITOR, "/public/training/ai-limits"), (VISITOR, "/public/training/sightline-3-2?lang=fr")),
    "citizens.lesson": (
        (VISITOR, "/public/training/ai-limits/03-base-rates"),
        (VISITOR, "/public/training/ai-limits/04-thresholds-and-scores?lang=fr"),
    ),
    "citizens.rights": ((VISITOR, "/public/your-rights"), (VISITOR, "/public/your-rights?lang=fr")),
    "citizens.glossary": ((VISITOR, "/public/glossary"),),
    "citizens.figures": ((VISITOR, "/public/about-these-figures"), (VISITOR, "/public/about-these-figures?lang=fr")),
    "citizens.accessibility": ((VISITOR, "/public/accessibility"),),
    "styleguide.styleguide": ((VISITOR, "/styleguide"), (VISITOR, f"/styleguide?{LABS_ANSWERED}")),
    "officer.tools": (("officer", "/tools"), ("officer1", "/tools")),
    "officer.tool": (("officer", "/tools/sightline"), ("officer1", "/tools/sightline")),
    "offline.page": (
        ("officer1", "/tools/sightline/versions/{usable version}/pass"),
        ("officer1", "/tools/sightline/versions/{in use}/pass"),
        ("officer1", "/tools/lockpick/versions/{intrusive version}/pass"),
    ),
    "officer.modules": (("officer", "/modules"), ("officer1", "/modules")),
    "officer.module": (
        ("officer", "/modules/ai-limits"),
        ("officer1", "/modules/ai-limits"),
        ("officer1", "/modules/sightline-3-2"),
    ),
    "officer.module_changes": (("officer", "/modules/ai-limits/changes"),),
    "officer.module_lesson": tuple(
        ("officer1", f"/modules/{module}/lessons/{lesson}")
        for module in ("ai-limits", "sightline-3-2")
        for lesson in lessons(module)
    ),
    "officer.references": (
        ("officer", "/modules/ai-limits/references"),
        ("officer1", "/modules/sightline-3-2/references"),
    ),
    "officer.certificate": (("officer", "/certificates/{award}"),),
    "quiz_start.before": (
        ("officer", "/modules/ai-limits/quiz"),
        ("officer1", "/modules/ai-limits/quiz?mode=practice"),
        ("officer", "/modules/plate-reading/quiz?mode=assessment"),
    ),
    "whole_paper.paper": (("officer1", "/attempts/{whole paper}/paper"),),
    "quiz.question": (("officer1", "/attempts/{open}/questions/1"), ("officer1", "/attempts/{open}/questions/8")),
    "quiz.feedback": (("officer", "/attempts/{practice}/questions/1/feedback"),),
    "quiz.check": (("officer1", "/attempts/{open}/check"), ("officer", "/attempts/{practice}/check")),
    "quiz.result": (
        ("officer", "/attempts/{passed}/result"),
        ("officer1", "/attempts/{failed}/result"),
        ("officer1", "/attempts/{overtaken}/result"),
    ),
    "appeals.make": (("officer1", "/attempts/{failed}/appeal"),),
    "appeals.thread": (("officer1", "/appeals/{open appeal}"), ("officer1", "/appeals/{ended appeal}")),
    "my_observations.mine": (("officer1", "/observations"), ("officer", "/observations")),
    "my_observations.one": (
        ("officer1", "/observations/{unsigned practice}"),
        ("officer", "/observations/{practice not met}"),
    ),
    "my_observations.be_observed": (
        ("officer1", "/tools/sightline/versions/3.2/be-observed"),
        ("officer1", "/tools/sightline/versions/3.1/be-observed"),
    ),
    "observations.desk": (("trainer2", "/practice"), ("lead", "/practice")),
    "observations.observe": (("trainer2", "/practice/observations/{observation}"),),
    "observations.signed": (
        ("trainer2", "/practice/signed/{unsigned practice}"),
        ("trainer2", "/practice/signed/{practice not met}"),
    ),
    "checklists.every": (("trainer", "/practice/checklists"), ("oversight", "/practice/checklists")),
    "checklists.of_version": (
        ("trainer", "/practice/checklists/versions/{listed}"),
        ("trainer2", "/practice/checklists/versions/{listed}"),
        ("registrar", "/practice/checklists/versions/{listed}"),
    ),
    "checklists.write": (("trainer", "/practice/checklists/versions/{listed}/write"),),
    "judging.desk": (("lead", "/judging"),),
    "judging.appeal": (
        ("lead", "/judging/appeals/{open appeal}"),
        ("lead", "/judging/appeals/{ended appeal}"),
        ("lead", "/judging/appeals/{appeal for others}"),
    ),
    "judging.late": (("lead", "/judging/late-answers/{overtaken}"),),
    "rulings.revisions": (("lead", "/judging/revisions"),),
    "rulings.revision": (("lead", "/judging/revisions/{tested revision}"),),
    "rulings.item": (
        ("lead", "/judging/revisions/{tested revision}/items/{void item}"),
        ("lead", "/judging/revisions/{tested revision}/items/{other item}?appeal={open appeal}"),
    ),
    "rulings.rulings": (("lead", "/judging/rulings"), ("registrar", "/judging/rulings")),
    "rulings.ruling": (("lead", "/judging/rulings/{ruling}"), ("oversight", "/judging/rulings/{ruling}")),
    "accommodations.more_time": (("registrar", "/more-time"), ("lead", "/more-time")),
    "accommodations.of_officer": (("lead", "/more-time/DP-1002"), ("registrar", "/more-time/DP-1003")),
    "training_sessions.overview": (("officer", "/sessions"), ("officer1", "/sessions")),
    "training_sessions.one": (
        ("officer", "/sessions/{session to come}"),
        ("officer1", "/sessions/{session to come}"),
        ("officer1", "/sessions/{session begun}"),
        ("officer", "/sessions/{session called off}"),
    ),
    "calendars.address": (("officer", "/calendar"), ("officer1", "/calendar")),
    "teaching.desk": (("trainer", "/teaching"), ("lead", "/teaching")),
    "teaching.plan": (("trainer", "/teaching/plan"),),
    "teaching.one": (
        ("trainer", "/teaching/{session to come}"),
        ("trainer", "/teaching/{session begun}"),
        ("lead", "/teaching/{session called off}"),
    ),
    "teaching.roster": (("trainer", "/teaching/{session to come}/roster"),),
    "teaching.change": (("trainer", "/teaching/{session to come}/change"),),
    "teaching.call_off": (("lead", "/teaching/{session to come}/call-off"),),
    "attendance.record": (
        ("trainer", "/teaching/{session begun}/attendance"),
        ("trainer", "/teaching/{session to come}/attendance"),
    ),
    "unit_sessions.overview": (("supervisor", "/unit/sessions"),),
    "unit_sessions.one": (
        ("supervisor", "/unit/sessions/{session to come}"),
        ("supervisor", "/unit/sessions/{session called off}"),
    ),
    "capacity.overview": (("registrar", "/sign-offs"), ("lead", "/sign-offs")),
    "capacity.version": (("registrar", "/sign-offs/{scheduled}"), ("lead", "/sign-offs/{waiting}?day={day to come}")),
    "capacity.of_unit": (("supervisor", "/unit/sign-offs"),),
    "supervisor.unit": (
        ("supervisor", "/unit"),
        ("supervisor", "/unit?show=attention"),
        ("supervisor", "/unit?tool=sightline&named=an&sort=sightline:3.2&order=descending"),
        ("supervisor", "/unit?named=nobody"),
    ),
    "supervisor.who_may_use": (
        ("supervisor", "/unit/who-may-use"),
        ("supervisor", "/unit/who-may-use?tool=lockpick&show=may"),
    ),
    "supervisor.losing_access": (
        ("supervisor", "/unit/losing-access"),
        ("supervisor", "/unit/losing-access?days=90"),
    ),
    "supervisor.digest": (("supervisor", "/unit/digest"), ("supervisor", "/unit/digest?through=2026-11-15")),
    "supervisor.officer": (("supervisor", "/unit/officers/DP-1004"), ("supervisor", "/unit/officers/DP-1003")),
    "seats.unit_seats": (("supervisor", "/unit/seats"),),
    "seats.grant": (
        ("supervisor", "/unit/seats/lockpick/grant?officer=DP-1005"),
        ("supervisor", "/unit/seats/sightline/grant"),
    ),
    "seats.release": (("supervisor", "/unit/seats/{seat}/release"),),
    "seats.review": (("supervisor", "/unit/seats/{seat}/review"),),
    "my_emergencies.ask": (
        ("officer1", "/tools/sightline/versions/{in use}/emergency"),
        ("officer", "/tools/sightline/versions/{in use}/emergency"),
    ),
    "my_emergencies.mine": (("officer1", "/my-emergencies/{waiting emergency}"),),
    "emergencies.everybodys": (("supervisor", "/emergencies"), ("oversight", "/emergencies")),
    "emergencies.one": (
        ("supervisor", "/emergencies/{waiting emergency}"),
        ("supervisor", "/emergencies/{running emergency}"),
        ("oversight", "/emergencies/{waiting emergency}"),
    ),
    "emergency_settings.page": (
        ("registrar", "/registrar/tools/sightline/emergency"),
        ("oversight", "/registrar/tools/sightline/emergency"),
    ),
    "suspensions.suspend": (
        ("supervisor", "/unit/officers/DP-1003/suspend?tool=sightline"),
        ("supervisor", "/unit/officers/DP-1006/suspend"),
    ),
    "suspensions.reinstate": (("supervisor", "/unit/officers/DP-1006/suspensions/{suspension}/reinstate"),),
    "seat_caps.tool_seats": (
        ("registrar", "/registrar/tools/sightline/seats"),
        ("oversight", "/registrar/tools/lockpick/seats"),
    ),
    "seat_caps.set_cap": (("registrar", "/registrar/tools/sightline/seats/cap"),),
    "seat_caps.set_unit_cap": (("registrar", "/registrar/tools/sightline/seats/unit-cap?unit=1"),),
    "event_streams.all_streams": (
        ("registrar", "/registrar/event-streams"),
        ("oversight", "/registrar/event-streams"),
    ),
    "event_streams.stream": (
        ("registrar", "/registrar/event-streams/{stream}"),
        ("registrar", "/registrar/event-streams/{held stream}"),
        ("oversight", "/registrar/event-streams/{stream}"),
    ),
    "registrar.tools": (("registrar", "/registrar/tools"), ("registrar2", "/registrar/tools")),
    "registrar.tool": (("registrar", "/registrar/tools/sightline"), ("oversight", "/registrar/tools/sightline")),
    "registrar.register_version": (("registrar", "/registrar/tools/sightline/register-version"),),
    "registrar.version": (
        ("registrar", "/registrar/versions/{in use}"),
        ("registrar", "/registrar/versions/{ready}"),
        ("registrar", "/registrar/versions/{scheduled}"),
        ("registrar2", "/registrar/versions/{oldest}"),
        ("registrar", "/registrar/versions/{waiting}"),
        ("registrar", "/registrar/versions/{registered}"),
        ("registrar2", "/registrar/versions/{waiting}"),
    ),
    "requirements.propose": (
        ("registrar", "/registrar/versions/{registered}/requirements"),
        ("registrar", "/registrar/versions/{in use}/requirements"),
    ),
    "requirements.requirement_set": (
        ("registrar2", "/registrar/requirement-sets/{later requirement_set}"),
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
    "releases.move": (
        ("registrar", "/registrar/releases/{planned release}/move"),
        ("registrar", "/registrar/releases/{planned release}/move?when=later&day={day to come}&clock=06:00"),
    ),
    "releases.cancel": (("registrar", "/registrar/releases/{planned release}/cancel"),),
    "withdrawals.withdraw": (("registrar", "/registrar/versions/{in use}/withdraw"),),
    "withdrawals.suspend": (("registrar", "/registrar/versions/{in use}/suspend"),),
    "withdrawals.resume": (
        ("registrar", "/registrar/suspensions/{safety suspension}/end"),
        ("registrar2", "/registrar/suspensions/{safety suspension}/end"),
    ),
    "releases.forecast": (
        ("registrar", "/registrar/versions/{ready}/release"),
        ("registrar", "/registrar/versions/{waiting}/release?when=later&day={day to come}&clock=06:00"),
        ("registrar", "/registrar/versions/{in use}/release"),
    ),
    "tools.register": (("registrar", "/registrar/register-tool"),),
    "tools.card": (
        ("officer1", "/tools/sightline/card"),
        ("supervisor", "/tools/lockpick/card"),
        ("registrar", "/tools/sightline/card"),
        ("oversight", "/tools/portrait-sorter/card"),
    ),
    "tools.tool_card": (("registrar", "/registrar/tools/sightline/card"),),
    "tools.version_card": (
        ("registrar", "/registrar/versions/{in use}/card"),
        ("registrar", "/registrar/versions/{registered}/card"),
    ),
    "tools.waive": (("registrar", "/registrar/versions/{registered}/card/waiver"),),
    "tools.waiver": (
        ("registrar", "/registrar/card-waivers/{waiver}"),
        ("registrar2", "/registrar/card-waivers/{waiver}"),
        ("oversight", "/registrar/card-waivers/{waiver}"),
    ),
    "people.people": (("registrar", "/registrar/people"), ("registrar", "/registrar/people?words=con")),
    "people.person": (
        ("registrar", "/registrar/people/DP-1003"),
        ("registrar", "/registrar/people/DP-1006"),
    ),
    "people.account": (("registrar", "/registrar/people/DP-1003/account"),),
    "people.unit": (("registrar", "/registrar/people/DP-1003/unit"),),
    "people.name": (("registrar", "/registrar/people/DP-1003/name"),),
    "people.revoke": (("registrar", "/registrar/people/DP-1003/certificates/{award of DP-1003}/revoke"),),
    "people.order_retraining": (("registrar", "/registrar/people/DP-1003/retraining"),),
    "imports.imports": (("registrar", "/registrar/imports"),),
    "imports.dry_run": (("registrar", "/registrar/imports/dry-run"), ("registrar2", "/registrar/imports/dry-run")),
    "policies.policies": (
        ("registrar", "/registrar/tools/sightline/policies"),
        ("oversight", "/registrar/tools/lockpick/policies"),
    ),
    "policies.set_policy": (("registrar", "/registrar/tools/sightline/policies/new"),),
    "policies.agency": (("registrar", "/registrar/agency-policy"), ("oversight", "/registrar/agency-policy")),
    "policies.rebase": (("registrar", "/registrar/tools/sightline/policies/1/rebase"),),
    "policies.signing": (("registrar", "/registrar/rebases/{rebase}"), ("registrar2", "/registrar/rebases/{rebase}")),
    "purposes.purposes": (
        ("registrar", "/registrar/tools/lockpick/purposes"),
        ("oversight", "/registrar/tools/sightline/purposes"),
    ),
    "purposes.add": (("registrar", "/registrar/tools/lockpick/add-purpose"),),
    "purposes.change": (("registrar", "/registrar/tools/lockpick/purposes/extract-evidence"),),
    "prohibitions.answers": (
        ("registrar", "/registrar/tools/portrait-sorter/prohibition"),
        ("oversight", "/registrar/tools/sightline/prohibition"),
    ),
    "prohibitions.correct_tool": (("registrar", "/registrar/tools/portrait-sorter/prohibition/correct"),),
    "prohibitions.correct_version": (("registrar", "/registrar/versions/{in use}/prohibition/correct"),),
    "prohibitions.correction": (
        ("registrar", "/registrar/prohibition-corrections/{correction}"),
        ("registrar2", "/registrar/prohibition-corrections/{correction}"),
    ),
    "trainer.modules": (("trainer", "/content"),),
    "trainer.module": (("trainer", "/content/ai-limits"), ("trainer", "/content/sightline-3-3")),
    "trainer.lesson": tuple(
        ("trainer", f"/content/sightline-3-3/lessons/{lesson}") for lesson in lessons("sightline-3-3")
    ),
    "further_attempts.used_up": (
        ("lead", "/content/plate-reading/attempts"),
        ("lead", "/content/ai-limits/attempts"),
    ),
    "further_attempts.open_one_more": (
        ("lead", "/content/plate-reading/attempts/DP-1002"),
        ("lead", "/content/plate-reading/attempts/DP-1001"),
    ),
    "trainer.bank": (("trainer", "/content/ai-limits/bank"),),
    "trainer.changes": (("trainer", "/content/ai-limits/changes"), ("trainer", "/content/sightline-3-3/changes")),
    "authoring.new": (("trainer", "/content/drafts/new"),),
    "authoring.draft": (
        ("trainer", "/content/drafts/{draft}"),
        ("trainer2", "/content/drafts/{draft under review}"),
        ("trainer", "/content/drafts/{illustrated draft}"),
    ),
    "authoring.module": (("trainer", "/content/drafts/{draft}/module"),),
    "authoring.paper": (("trainer", "/content/drafts/{draft}/paper"),),
    "authoring.new_lesson": (("trainer", "/content/drafts/{draft}/lessons/new"),),
    "authoring.lesson": (
        ("trainer", "/content/drafts/{draft}/lessons/en/01-when-to-record"),
        ("trainer", "/content/drafts/{draft}/lessons/fr/01-when-to-record"),
        ("trainer", "/content/drafts/{illustrated draft}/lessons/fr/01-what-changed"),
    ),
    "draft_terms.terms": (("trainer", "/content/drafts/{illustrated draft}/terms"),),
    "draft_figures.new": (("trainer", "/content/drafts/{illustrated draft}/figures/new"),),
    "draft_figures.figure": (("trainer", "/content/drafts/{illustrated draft}/figures/day-and-night"),),
    "items.new": (("trainer", "/content/drafts/{draft}/items/new"),),
    "items.edit": (
        *(("trainer", f"/content/drafts/{{draft}}/items/of-{kind}") for kind in ItemKind),
        ("trainer", "/content/drafts/{draft}/items/begun"),
    ),
    "draft_practice.practice": (
        ("trainer", "/content/drafts/{draft}/practice?which=every"),
        ("trainer", "/content/drafts/{draft}/practice"),
        ("trainer2", "/content/drafts/{draft under review}/practice?seed=1"),
    ),
    "reviews.review": (
        ("trainer", "/content/reviews/{content review}"),
        ("trainer2", "/content/reviews/{content review}"),
        ("oversight", "/content/reviews/{content review}"),
    ),
    "exchange.send": (("trainer", "/content/drafts/{draft}/questions/import"),),
    "exchange.dry_run": (("trainer", "/content/drafts/{draft}/questions/import/dry-run"),),
    "exchange.export_bank": (
        ("trainer", "/content/ai-limits/bank/export"),
        ("oversight", "/content/ai-limits/bank/export?format=moodle-xml&language=en"),
    ),
    "exchange.export_draft": (("trainer", "/content/drafts/{draft}/questions/export?format=gift&language=en"),),
    "statistics.revision": (
        ("trainer", "/content/sightline-3-2/statistics"),
        ("trainer", "/content/sightline-3-3/statistics"),
    ),
    "statistics.item": (
        ("trainer", "/content/sightline-3-2/statistics/{telling item}"),
        ("trainer", "/content/ai-limits/statistics/al-tool-01"),
    ),
    "standards.of_module": (("lead", "/content/ai-limits/standard"),),
    "standards.panel": (
        ("lead", "/content/standards/{first round}"),
        ("trainer", "/content/standards/{second round}"),
    ),
    "standards.rate": (
        ("trainer2", "/content/standards/{first round}/ratings/1"),
        ("trainer", "/content/standards/{second round}/ratings/2"),
    ),
    "standards.adopt": (("lead", "/content/standards/{rated panel}/adopt"),),
    "evaluator.evaluations": (("evaluator", "/evaluations"),),
    "evaluator.record": (("evaluator", "/evaluations/record"),),
    "oversight.journal": (("oversight", "/oversight/journal"), ("oversight", "/oversight/journal?page=2")),
    "oversight.journal_check": (("oversight", "/oversight/journal/check"),),
    "oversight.journal_proof": (("oversight", "/oversight/journal/1/proof"),),
    "oversight.decisions": (
        ("oversight", "/oversight/decisions"),
        ("oversight", "/oversight/decisions?officer=DP-1003&tool=sightline&answer=refused"),
    ),
    "oversight.searches": (("oversight", "/oversight/decisions/searches"),),
    "clients.clients": (("registrar", "/registrar/clients"), ("oversight", "/registrar/clients")),
    "clients.client": (("registrar", "/registrar/clients/{client}"), ("oversight", "/registrar/clients/{client}")),
    "clients.register": (("registrar", "/registrar/clients/register"),),
    "clients.give": (("registrar", "/registrar/clients/{client}/may-do"),),
    "clients.issue_token": (("registrar", "/registrar/clients/{client}/issue-token"),),
    "clients.register_key": (("registrar", "/registrar/clients/{client}/register-key"),),
    "clients.rotate": (("registrar", "/registrar/clients/{client}/credentials/{client token}/rotate"),),
    "clients.revoke": (("registrar", "/registrar/clients/{client}/credentials/{client token}/revoke"),),
    "clients.close": (("registrar", "/registrar/clients/{client}/close"),),
    "platforms.platforms": (("registrar", "/registrar/platforms"), ("oversight", "/registrar/platforms")),
    "platforms.connect": (("registrar", "/registrar/platforms/connect"),),
    "platforms.take_back": (("registrar", "/registrar/platforms/invitations/{invitation}/take-back"),),
    "platforms.add": (("registrar", "/registrar/platforms/add"),),
    "platforms.platform": (
        ("registrar", "/registrar/platforms/{platform}"),
        ("registrar", "/registrar/platforms/{waiting platform}"),
        ("oversight", "/registrar/platforms/{platform}"),
    ),
    "platforms.settings": (("registrar", "/registrar/platforms/{platform}/settings"),),
    "platforms.approve": (("registrar", "/registrar/platforms/{waiting platform}/approve"),),
    "platforms.approve_deployment": (
        ("registrar", "/registrar/platforms/{platform}/deployments/approve?deployment=8"),
    ),
    "platforms.close": (("registrar", "/registrar/platforms/{platform}/close"),),
    "lti_grades.grades": (
        ("registrar", "/registrar/platforms/{platform}/grades"),
        ("oversight", "/registrar/platforms/{platform}/grades"),
        ("registrar", "/registrar/platforms/{waiting platform}/grades"),
    ),
    "lti_rosters.for_registrar": (("registrar", "/registrar/platform-courses/{placement}"),),
    "lti_rosters.of_unit": (("supervisor", "/unit/platform-courses"),),
    "lti_rosters.for_supervisor": (("supervisor", "/unit/platform-courses/{placement}"),),
    "lti_review.not_shown": (("officer", "/platform-results/not-shown"),),
    "field.versions": (
        ("registrar", "/registrar/versions-in-the-field"),
        ("oversight", "/registrar/versions-in-the-field"),
    ),
    "oversight.decision": (
        ("oversight", "/oversight/decisions/{allowed}"),
        ("oversight", "/oversight/decisions/{denied}"),
    ),
    "as_of.of_anybody": (
        ("registrar", "/as-of"),
        ("oversight", "/as-of?officer=DP-1004&tool=sightline&version=3.2&day=2026-11-20&clock=14:03"),
    ),
    "as_of.of_unit": (
        ("supervisor", "/unit/as-of?officer=DP-1003&tool=sightline&version=3.2&day=2026-11-20&clock=14:03"),
    ),
    "award_reviews.under_review": (("oversight", "/oversight/award-reviews"),),
    "award_reviews.awards": (("oversight", "/oversight/award-reviews/awards?officer=DP-1010"),),
    "award_reviews.put_under_review": (("oversight", "/oversight/awards/{award to doubt}/review"),),
    "award_reviews.review": (
        ("oversight", "/oversight/award-reviews/{review}"),
        ("oversight", "/oversight/award-reviews/{ended review}"),
    ),
    "trainer_registry.registry": (("oversight", "/trainers"), ("registrar2", "/trainers?scope=tool:sightline")),
    "trainer_registry.trainer": (("lead", "/trainers/DP-4002"), ("registrar", "/trainers/DP-1002")),
    "trainer_registry.qualify": (("lead", "/trainers/DP-4001/qualify"),),
    "trainer_registry.found": (("registrar", "/trainers/DP-4001/found"),),
    "trainer_registry.sign": (("registrar2", "/trainers/DP-4001/qualifications/{founding}/sign"),),
    "trainer_registry.renew": (("lead", "/trainers/DP-4002/qualifications/{qualification}/renew"),),
    "trainer_registry.education": (("lead", "/trainers/DP-4001/education"),),
    "my_qualifications.mine": (("trainer2", "/my-qualifications"),),
    "my_qualifications.declaration": (("trainer2", "/my-qualifications/declaration"),),
    "my_qualifications.interest": (("trainer2", "/my-qualifications/interests"),),
    "my_qualifications.for_me": (("officer1", "/my-trainers"),),
    "my_reports.mine": (("officer1", "/my-reports"), ("supervisor", "/my-reports")),
    "my_reports.new": (("officer1", "/my-reports/new"), ("officer", "/my-reports/new?tool=sightline")),
    "my_reports.one": (("officer1", "/my-reports/1"), ("officer1", "/my-reports/3")),
    "reports.desk": (("registrar", "/reports"), ("registrar2", "/reports"), ("oversight", "/reports")),
    "reports.one": (
        *(("registrar", f"/reports/{number}") for number in range(1, 6)),
        ("registrar2", "/reports/2"),
        ("oversight", "/reports/4"),
        ("oversight", "/reports/5"),
    ),
    "reports.act": (
        *(("registrar", f"/reports/4/{name}") for name in ("note", "ask", "lesson", "provider", "retrain", "decide")),
        ("registrar", "/reports/2/send-back"),
    ),
    "conduct.concerns": (("officer1", "/conduct/concerns"), ("supervisor", "/conduct/concerns")),
    "conduct.concern": (("officer1", "/conduct/concerns/new"),),
    "conduct.cases": (("oversight", "/conduct/cases"),),
    "conduct.case": (("oversight", "/conduct/cases/{case that waits}"), ("oversight", "/conduct/cases/{case taken}")),
    "trainer_measures.propose": (
        ("oversight", "/trainers/DP-4002/measures/new"),
        (
            "oversight",
            "/trainers/DP-4002/measures/new?kind=revoked&qualification=all&since=2026-01-15&reason=conduct",
        ),
    ),
    "trainer_measures.end": (("oversight2", "/trainers/DP-4002/measures/{measure}/end"),),
    "measure_reviews.measure": (("oversight2", "/oversight/award-reviews/measures/{measure}"),),
    "objections.to_void": (("officer1", "/voids/{void}/objection"),),
    "objections.to_measure": (("trainer2", "/my-qualifications/measures/{other measure}/objection"),),
    "objections.thread": (("trainer2", "/objections/{objection to a measure}"),),
    "objections.judge": (
        ("oversight", "/oversight/objections/{objection to a void}"),
        ("oversight2", "/oversight/objections/{objection to a measure}"),
    ),
}

#: Addresses that only lead on, to a page above.
LEAD_ON = {
    "public.home": (("officer", "/"),),
    "public.glossary": ((VISITOR, "/glossary"),),
    "public.tools_in_use": ((VISITOR, "/tools-in-use"),),
    "quiz.attempt": (("officer1", "/attempts/{open}"),),
    "trainer_registry.find": (("lead", "/trainers/of?person=dp-4002"),),
}

#: Pages that a launch of a learning platform leads through; `test_lti_frames` opens them on its way.
ON_THE_WAY = {
    "lti.again",
    "lti.hop",
    "lti.launch_by_hand",
    "lti.login",
    "lti_continue.by_hand",
    "lti_continue.go",
    "lti_deep_linking.by_hand",
    "lti_links.confirm",
}

#: What answers with something other than a page.
NO_PAGES = {
    "access_metadata.configuration",
    "access_metadata.openapi",
    "event_api.key_set",
    "event_api.metadata",
    "event_api.read_status",
    "event_api.read_stream",
    "lti.key_set",
    "my_data.export",
    "oauth.metadata",
    "offline.file",
    "exchange.bank_file",
    "exchange.draft_file",
    "scorm.download",
    "imports.template",
    "lti_registration.register",  # a platform opens it, with an invitation: see test_platform_walk
    "static",
    "calendars.feed",
    "calendars.session_file",
    "public.robots",
    "citizens.register_file",
    "citizens.register_schema",
    "as_of.evidence",
    "supervisor.matrix_file",
    "supervisor.who_may_use_file",
    "supervisor.losing_access_file",
    "statistics.revision_file",
    "trainer_registry.register_file",
    "status_lists.all_lists",
    "status_lists.keys",
    "status_lists.one_list",
}

PEOPLE = sorted({who for addresses in PAGES.values() for who, _address in addresses if who} | {"registrar2"})
