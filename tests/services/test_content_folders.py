"""Content goes out as files and comes back as the same revision, signed by two; or nothing of it does."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import catalogue as shipped
from quizzes import catalogue as shipped_banks
from quizzes.changes import Change
from quizzes.parts import GLOSSARY, MODULE, figure_part, item_part, lesson_part
from tests.databases import Databases, undone
from tests.services import qualified
from tests.services.recorded import NOW, ZONE
from training_app.db import Database
from training_app.models.authoring import Draft, DraftSave
from training_app.models.training import ModuleRevision
from training_app.services import content, content_folders, drafts, reviews
from training_app.services.content_folders import Folders, Outcome

SOME = ("ai-limits", "sightline-3-2", "sightline-3-3")
LESSON = lesson_part("en", "01-what-changed")
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"><!-- by hand --><rect x="1" y="1" width="98"'
    ' height="38" class="ink"/><text x="50" y="25">"Night" &amp; day</text></svg>'
)


@pytest.fixture(scope="module")
def shared_shipped_sqlite(migrated_sqlite) -> Iterator[Database]:
    yield from _with_shipped_content(migrated_sqlite)


@pytest.fixture(scope="module")
def shared_shipped_postgresql(migrated_postgresql) -> Iterator[Database]:
    yield from _with_shipped_content(migrated_postgresql)


def _with_shipped_content(databases: Databases) -> Iterator[Database]:
    with databases() as database:
        with database.transaction() as session:
            content.load_catalogue(session, shipped.STARTER_CONTENT, shipped_banks.STARTER_CONTENT, at=NOW)
        yield database


@pytest.fixture
def session(backend, request) -> Iterator[Session]:
    """A session whose work is undone, on a database that holds the shipped content."""
    yield from undone(request.getfixturevalue(f"shared_shipped_{backend}"))


@pytest.fixture
def people(session):
    return [qualified.trainer(session) for _ in range(3)]


@pytest.fixture
def folders(tmp_path):
    """Copies of some shipped folders, to change."""
    for root, copy in ((shipped.STARTER_CONTENT, "courses"), (shipped_banks.STARTER_CONTENT, "quizzes")):
        for slug in SOME:
            shutil.copytree(root / slug, tmp_path / copy / slug)
    return Folders(tmp_path / "courses", tmp_path / "quizzes")


@pytest.fixture
def empty(tmp_path):
    return Folders(tmp_path / "out" / "courses", tmp_path / "out" / "quizzes")


def tree(*roots: Path) -> dict[str, bytes]:
    return {
        f"{root.name}/{file.relative_to(root).as_posix()}": file.read_bytes()
        for root in roots
        for file in root.rglob("*")
        if file.is_file()
    }


def export(session, folders, *slugs, replace=False, digest=None):
    return content_folders.export(content_folders.chosen(session, slugs, digest=digest), folders, replace=replace)


def publish(session, folders, people, *slugs):
    plan = content_folders.plan_import(session, folders, slugs)
    said = {"at": NOW, "zone": ZONE, "author": people[0], "reviewer": people[1]}
    return content_folders.publish(session, plan, "From our own hand.", **said)


def edit(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def counts(session):
    return [session.scalar(select(func.count()).select_from(table)) for table in (ModuleRevision, Draft, DraftSave)]


def written_in_the_browser(session, people):
    """A revision with everything that only the browser writes so far: own terms, a drawing, items put elsewhere."""
    draft = drafts.open_draft(session, "sightline-3-3", at=NOW, zone=ZONE, by=people[0])

    def save(name, new):
        stands = drafts.part(session, draft, name)
        drafts.save(session, draft, name, new, made_from=stands.version, at=NOW, zone=ZONE, by=people[0])

    lesson = drafts.part(session, draft, LESSON).content
    more = '\n\n![Two pictures, one dark](figure:night "Day and night")\n\nA [[dark-frame]].'
    save(LESSON, {**lesson, "title": 'What "changed": a résumé', "body": lesson["body"] + more})
    save(GLOSSARY, {"dark-frame": {"en": {"term": "dark frame", "text": "A picture\nwith too little light."}}})
    save(figure_part("night"), {"svg": DRAWING})
    item = drafts.part(session, draft, item_part("s33-night-01")).content
    save(item_part("s33-night-01"), None)
    save(item_part("s33-night-01"), {**item, "points": 2})
    request = reviews.put_up(session, draft, "Drawn.", at=NOW, zone=ZONE, by=people[0])
    return reviews.approve(session, request, "", at=NOW, zone=ZONE, by=people[1])


def test_every_shipped_module_comes_out_as_the_very_files_that_it_came_from(session, empty):
    export(session, empty)
    there = {"courses": shipped.STARTER_CONTENT, "quizzes": shipped_banks.STARTER_CONTENT}
    assert tree(empty.modules, empty.banks) == {
        f"{kind}/{name.partition('/')[2]}": found
        for kind, root in there.items()
        for name, found in tree(root).items()
        if name.count("/") > 1  # what stands beside the modules belongs to none of them
    }


def test_a_revision_written_in_the_browser_comes_back_as_itself_in_another_installation(
    session, people, empty, tmp_path, database
):
    revision = written_in_the_browser(session, people)
    export(session, empty, *SOME)
    again = Folders(tmp_path / "again" / "courses", tmp_path / "again" / "quizzes")
    with database.transaction() as elsewhere:
        others = [qualified.trainer(elsewhere) for _ in range(2)]
        made = {one.slug: one.digest for one in publish(elsewhere, empty, others)}
        export(elsewhere, again)
    assert made["sightline-3-3"] == revision.digest
    assert made == {one.revision.slug: one.revision.digest for one in content_folders.chosen(session, SOME)}
    assert tree(again.modules, again.banks) == tree(empty.modules, empty.banks)


def planned(plan, slug):
    return next(one for one in plan.modules if one.module.slug == slug)


def test_what_was_changed_in_files_is_published_by_two_with_its_note_and_once(session, people, folders, empty):
    edit(folders.modules / "sightline-3-3/en/01-what-changed.md", "title: ", "title: Again: ")
    plan = content_folders.plan_import(session, folders)
    outcomes = {one.module.slug: one.outcome for one in plan.modules}
    assert {slug for slug, outcome in outcomes.items() if outcome is Outcome.CHANGED} == {"sightline-3-3"}
    assert {outcome for slug, outcome in outcomes.items() if slug != "sightline-3-3"} == {Outcome.UNCHANGED}
    assert dict(planned(plan, "sightline-3-3").changes) == {LESSON: Change.CHANGED}
    [made] = publish(session, folders, people)
    review = reviews.behind(session, made)
    assert (review.note, review.author_ids, made.recorded_by_id) == (
        "From our own hand.",
        [people[0].id],
        people[1].id,
    )
    before = counts(session)
    assert publish(session, folders, people) == []
    assert counts(session) == before
    export(session, empty, "sightline-3-3")
    assert (
        tree(empty.modules)["courses/sightline-3-3/en/01-what-changed.md"]
        == (folders.modules / "sightline-3-3/en/01-what-changed.md").read_bytes()
    )


def test_items_put_in_another_order_in_a_file_stay_in_that_order(session, people, folders, empty):
    file = folders.banks / "sightline-3-3/bank.toml"
    head, *items = file.read_text("utf-8").split("[[items]]\n")
    blocks = [item.rstrip("\n") + "\n" for item in items]
    file.write_text(head + "\n".join(f"[[items]]\n{item}" for item in reversed(blocks)), "utf-8")
    [made] = publish(session, folders, people)
    assert [item["id"] for item in made.bank["items"]] == [item.partition('"')[2].partition('"')[0] for item in blocks][
        ::-1
    ]
    export(session, empty, "sightline-3-3")
    assert tree(empty.banks)["quizzes/sightline-3-3/bank.toml"] == file.read_bytes()


def test_what_is_gone_from_the_folder_is_gone_from_the_revision(session, people, folders):
    lesson = folders.modules / "sightline-3-2/en/02-the-shorter-list.md"
    lesson.rename(lesson.with_name("03-the-shorter-list.md"))
    [dead] = content_folders.plan_import(session, folders, ["sightline-3-2"]).faults
    assert str(dead).endswith("links to lesson:sightline-3-2/02-the-shorter-list, which does not exist")
    edit(folders.modules / "sightline-3-2/en/01-what-changed.md", "/02-the-shorter", "/03-the-shorter")
    plan = content_folders.plan_import(session, folders, ["sightline-3-2"])
    assert dict(plan.modules[0].changes) == {
        lesson_part("en", "01-what-changed"): Change.CHANGED,
        lesson_part("en", "02-the-shorter-list"): Change.REMOVED,
        lesson_part("en", "03-the-shorter-list"): Change.ADDED,
    }
    [made] = publish(session, folders, people, "sightline-3-2")
    assert [one["slug"] for one in made.content["lessons"]["en"]] == ["01-what-changed", "03-the-shorter-list"]


def test_two_new_modules_that_link_to_each_other_are_published_together(session, people, folders):
    for slug, other in (("first-one", "second-one"), ("second-one", "first-one")):
        for root in (folders.modules, folders.banks):
            shutil.copytree(root / "sightline-3-3", root / slug)
        edit(folders.modules / slug / "module.toml", 'slug = "sightline-3-3"', f'slug = "{slug}"')
        edit(folders.banks / slug / "bank.toml", 'module = "sightline-3-3"', f'module = "{slug}"')
        lesson = folders.modules / slug / "en/01-what-changed.md"
        lesson.write_text(f"{lesson.read_text('utf-8')}\n[Next](lesson:{other}/01-what-changed)\n", "utf-8")
    made = publish(session, folders, people)
    assert [one.slug for one in made] == ["first-one", "second-one"]


@pytest.mark.parametrize("together", [True, False], ids=["all", "the-good-one-named"])
def test_a_fault_in_one_file_keeps_everything_out_that_was_asked_for(session, people, folders, together):
    edit(folders.modules / "sightline-3-3/en/01-what-changed.md", "title: ", "title: Again: ")
    edit(folders.banks / "sightline-3-2/en.toml", "stem = ", "stam = ")
    before = counts(session)
    if not together:
        assert [one.slug for one in publish(session, folders, people, "sightline-3-3")] == ["sightline-3-3"]
        return
    plan = content_folders.plan_import(session, folders)
    assert {fault.file for fault in plan.faults} == {"sightline-3-2/en.toml"}
    with pytest.raises(content_folders.Faulty):
        publish(session, folders, people)
    assert counts(session) == before


def test_four_eyes_are_four_eyes_from_files_too(session, people, folders):
    edit(folders.modules / "sightline-3-3/en/01-what-changed.md", "title: ", "title: Again: ")
    plan = content_folders.plan_import(session, folders)
    with pytest.raises(content_folders.SamePerson):
        content_folders.publish(session, plan, "Mine.", at=NOW, zone=ZONE, author=people[0], reviewer=people[0])


def test_what_somebody_writes_in_the_browser_is_not_written_over(session, people, folders):
    draft = drafts.open_draft(session, "sightline-3-3", at=NOW, zone=ZONE, by=people[2])
    outline = drafts.part(session, draft, MODULE)
    other = {**outline.content, "title": {"en": "Theirs"}}
    drafts.save(session, draft, MODULE, other, made_from=0, at=NOW, zone=ZONE, by=people[2])
    edit(folders.modules / "sightline-3-3/en/01-what-changed.md", "title: ", "title: Again: ")
    [fault] = content_folders.plan_import(session, folders).faults
    assert str(fault).startswith("sightline-3-3: is being written")


def test_folders_come_in_as_drafts_for_a_review_in_the_browser(session, people, folders):
    edit(folders.modules / "sightline-3-3/en/01-what-changed.md", "title: ", "title: Again: ")
    plan = content_folders.plan_import(session, folders)
    [draft] = content_folders.import_drafts(session, plan, at=NOW, zone=ZONE, author=people[0])
    assert drafts.whole(session, draft).digest == planned(plan, "sightline-3-3").digest
    before = counts(session)
    again = content_folders.plan_import(session, folders)
    assert [one.id for one in content_folders.import_drafts(session, again, at=NOW, zone=ZONE, author=people[0])] == [
        draft.id
    ]
    assert counts(session) == before


def test_a_revision_that_was_replaced_is_not_published_a_second_time(session, people, folders):
    written_in_the_browser(session, people)
    [fault] = content_folders.plan_import(session, folders).faults
    assert "which a later one replaced" in str(fault)


def test_a_module_without_a_quiz_is_told(session, people, folders):
    shutil.rmtree(folders.banks / "sightline-3-3")
    assert [str(fault) for fault in content_folders.plan_import(session, folders).faults] == [
        "sightline-3-3/bank.toml: is missing: a module is published with its quiz"
    ]


def test_a_folder_that_is_there_is_brought_up_to_date_only_when_that_is_said(session, people, empty):
    export(session, empty, *SOME)
    older = content.newest(session, "sightline-3-3").revision.digest
    revision = written_in_the_browser(session, people)
    (empty.modules / "sightline-3-3/en/09-left-over.md").write_text("---\n---\n", "utf-8")
    (empty.modules / "sightline-3-3/NOTES.txt").write_text("Ours.", "utf-8")
    before = tree(empty.modules, empty.banks)
    with pytest.raises(content_folders.InTheWay):
        export(session, empty, *SOME)
    assert tree(empty.modules, empty.banks) == before
    changed = export(session, empty, *SOME, replace=True)
    assert {(one.path.relative_to(empty.modules.parent).as_posix(), one.change) for one in changed} == {
        ("courses/sightline-3-3/en/01-what-changed.md", Change.CHANGED),
        ("courses/sightline-3-3/en/09-left-over.md", Change.REMOVED),
        ("courses/sightline-3-3/figures/night.svg", Change.ADDED),
        ("courses/sightline-3-3/glossary.toml", Change.ADDED),
        ("quizzes/sightline-3-3/bank.toml", Change.CHANGED),
    }
    assert (empty.modules / "sightline-3-3/NOTES.txt").read_text("utf-8") == "Ours."
    assert export(session, empty, *SOME, replace=True) == []
    assert [one.revision.digest for one in content_folders.chosen(session, [], digest=older[:8])] == [older]
    assert content_folders.chosen(session, ["sightline-3-3"])[0].revision.digest == revision.digest


@pytest.mark.parametrize("digest", ["0000000000", "a1b2c3", ""], ids=["none", "too-short", "empty"])
def test_a_revision_is_named_by_enough_of_its_digest(session, digest):
    with pytest.raises(content_folders.NoSuchRevision):
        content_folders.chosen(session, [], digest=digest)


def test_a_module_that_is_none_is_named_with_those_that_are(session, folders):
    with pytest.raises(content_folders.NoSuchModule, match=r"There are: ai-limits, .*, sightline-3-2, sightline-3-3"):
        content_folders.chosen(session, ["ai-limit"])
    with pytest.raises(content_folders.NoSuchModule, match="There are: ai-limits"):
        content_folders.plan_import(session, folders, ["ai-limit"])


def test_a_revision_that_no_file_could_keep_is_not_written_at_all(session, empty):
    found = content_folders.chosen(session, ["ai-limits"])
    lessons = found[0].module.lessons["en"]
    whole = replace(found[0].module, lessons={"en": (replace(lessons[0], title="Two\nlines"), *lessons[1:])})
    with pytest.raises(content_folders.NotWritable):
        content_folders.export([replace(found[0], module=whole)], empty, replace=False)
    assert tree(empty.modules, empty.banks) == {}
