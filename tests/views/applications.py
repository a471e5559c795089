"""Applications that are made once and lent to one test after another: making one takes longer than most tests."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from tests.databases import put_back
from training_app.db import Database
from training_app.rate_limits import RateLimits
from training_app.sealer import Sealer
from training_app.services.status_lists import StatusLists
from training_app.services.yearly_figures import YearlyReports


class Applications:
    """One application for each address of a database and each choice of settings.

    :param make: builds the application on a database with named settings.
    """

    def __init__(self, make: Callable[..., Flask]) -> None:
        self._make = make
        self._idle: dict[tuple[object, ...], Flask] = {}

    @contextmanager
    def lent(self, database: Database, **settings: Any) -> Iterator[Flask]:
        """Give the application for *database* as it was made, whatever the test before did with it."""
        key = (database.url, *sorted(settings.items()))
        app = self._idle.pop(key, None) or self._new(database, **settings)
        extensions, config = dict(app.extensions), dict(app.config)
        own: Database = app.extensions["database"]
        after_commit = list(own.after_commit)
        try:
            yield app
        finally:
            app.extensions.clear()
            app.extensions.update(extensions)
            app.config.clear()
            app.config.update(config)
            if put_back(own):
                own.after_commit += after_commit
                app.extensions["sealer"] = Sealer(own)  # the one before has sealed what waited, and ended for good
                app.extensions["rate_limits"] = RateLimits()
                app.extensions["status_lists"] = StatusLists()  # it remembers lists of the database before
                app.extensions["yearly_reports"] = YearlyReports()
                for kept in app.extensions["config"].data_folder.iterdir():
                    shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
                self._idle[key] = app

    def _new(self, database: Database, **settings: Any) -> Flask:
        app = self._make(database, **settings)
        app.test_client().get("/accessibility")  # from its first request on, Flask refuses to have it changed
        return app
