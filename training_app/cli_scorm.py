"""A published module as a SCORM package, from the command line."""

from pathlib import Path

import click

from config import Config
from training_app import create_app
from training_app.errors import TrainingError


class NotPublished(TrainingError):
    def __init__(self, slug: str) -> None:
        super().__init__(f"No module is published as {slug}.")


@click.command("scorm")
@click.argument("slug", metavar="MODULE")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def scorm_command(slug: str, file: Path) -> None:
    """Write the newest revision of MODULE to FILE, a package of SCORM 1.2 for another learning platform."""
    from training_app.services import content
    from training_app.views import scorm

    app = create_app(Config.from_environment())
    database = app.extensions["database"]
    try:
        with database.reading() as session:
            found = content.newest(session, slug)
        if found is None:
            raise NotPublished(slug)
        with app.app_context():
            written = scorm.packed(found)
    finally:
        database.dispose()
    file.write_bytes(written)
    click.echo(f"{file}: revision {found.revision.digest[:12]}, {len(written)} bytes.")
