"""Addresses of every page, taken from the URL map, so that a new page cannot be forgotten by a test that walks them."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

#: Values that exist in the demo agency.
SAMPLES = {
    "filename": "css/app.css",
    "lesson": "01-what-a-tool-does",
    "service_number": "DP-1001",
    "slug": "ai-limits",
}
OF_TOOLS = ("/tools/", "/registrar/tools/", "/public/tools/", "/public/report-an-incident/")


def addresses(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield each rule with an address that fits it; most of them exist in the demo agency."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values: dict[str, object] = {
            name: 1 if isinstance(converter, IntegerConverter) else SAMPLES.get(name, "x")
            for name, converter in rule._converters.items()
        }
        if rule.rule.startswith(OF_TOOLS) and "slug" in values:
            values["slug"] = "sightline"
        yield rule, adapter.build(rule.endpoint, values, method=min(rule.methods or {"GET"}))
