"""An auditor comes: oversight takes a pack out in a real browser, and the page in it explains itself by itself."""

import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import axe_violations, sideways_scroll
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.signing import sign_in
from tests.browser.test_conduct import check
from training_app.packs.checking import check as check_pack
from training_app.rules.signed_note import parse_verifier_key


def test_oversight_takes_out_a_pack_that_explains_itself_and_checks_out(
    own_server: DemoServer, open_page: Open, chromium: Browser, tmp_path: Path
):
    page = open_page(own_server)
    sign_in(page, own_server, "oversight")
    page.goto("/evidence-packs")
    page.get_by_label("Tool").select_option(label="Sightline Face Matching")
    page.get_by_role("button", name="Show what it would hold").click()
    expect(page.get_by_text("It holds outcomes of psychological evaluations")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Take out the pack").click()
    expect(page.get_by_role("link", name="Choose why the pack is taken out.")).to_be_visible()
    check(page)
    page.get_by_label("An audit of the certification of officers").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Take out the pack").click()
    pack = tmp_path / download.value.suggested_filename
    download.value.save_as(pack)
    page.goto("/evidence-packs")
    expect(page.get_by_role("row").filter(has_text="An audit of the certification of officers")).to_be_visible()

    origin, key = parse_verifier_key(page.get_by_label("Public key").inner_text())
    with pack.open("rb") as opened:
        assert check_pack(opened, key, origin=origin).faults == []
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "pack")
    for width, scheme in ((1280, "light"), (320, "dark")):
        _read_alone(chromium, tmp_path / "pack" / "index.html", width=width, scheme=scheme)


def _read_alone(chromium: Browser, index: Path, *, width: int, scheme: str) -> None:
    with chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        page: Page = context.new_page()
        page.goto(index.as_uri())
        expect(page.get_by_role("heading", level=1)).to_have_text("Evidence pack: Sightline Face Matching")
        assert axe_violations(page) == []
        assert sideways_scroll(page) == []
        if width > 1000:
            with page.expect_download() as table:
                page.get_by_role("link", name="awards.csv").click()
            assert table.value.suggested_filename == "awards.csv"
