"""What must hold before anything is served."""

from config import Config, ConfigurationError
from training_app import demo, migrate
from training_app.db import Database


def refuse_unready(config: Config, database: Database) -> None:
    """Refuse to start on tables of another version of the product, or on demo accounts outside demo mode.

    :raises ConfigurationError: with what to do about it.
    """
    if migrate.current(database) != migrate.newest():
        raise ConfigurationError("The database is not up to date. Run: training-app migrate")
    if config.demo:
        return
    with database.reading() as session:
        if demo.is_present(session):
            raise ConfigurationError(
                "This database holds the accounts and the token of the demonstration, which everybody knows. "
                "Set TRAINING_DATA or TRAINING_DATABASE_URL to another, empty one."
            )
