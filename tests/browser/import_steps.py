"""What registrars do in the pages to import a file, with or without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.officer_steps import confirm, follow, go_to

COLUMNS = {
    "units": "name,parent",
    "people": "service_number,name,email,unit,roles",
    "legacy": "service_number,course,awarded_on,evidence",
}


def send(page: Page, kind: str, *rows: str) -> None:
    """Send a file of these rows; its dry run shows."""
    go_to(page, "/registrar/people")
    follow(page, "$=/registrar/imports")
    page.locator(f"input[name=kind][value={kind}]").check()
    content = "\n".join([COLUMNS[kind], *rows]).encode()
    page.locator("input[type=file]").set_input_files({"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": content})
    confirm(page)
    expect(page).to_have_url(re.compile("/registrar/imports/dry-run$"))
