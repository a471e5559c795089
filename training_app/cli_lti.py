"""Commands on the keys by which learning platforms know this tool."""

from datetime import timedelta

import click

from config import Config
from training_app.clock import now
from training_app.key_folder import SAYS
from training_app.lti import keys as lti_keys
from training_app.rules.canonical import instant
from training_app.rules.signing_keys import OVERLAP


@click.group()
def lti() -> None:
    """Keys by which learning platforms know this tool."""


@lti.command("make-key")
@click.option(
    "--now", "at_once", is_flag=True, help="Sign with it at once: the key before it is lost, or known to others."
)
def make_key(at_once: bool) -> None:
    """Make a key. The first signs at once, each later one after a day, when platforms know it."""
    folder = Config.from_environment().lti_keys
    file = lti_keys.make(folder, at=now(), waits=timedelta(0) if at_once else OVERLAP)
    click.echo(f"Made {file}. Its name says from when on it signs.")


@lti.command()
def keys() -> None:
    """List the keys: from when on each signs, its id, and what it does now."""
    at, ring = now(), lti_keys.read(Config.from_environment().lti_keys)
    for key in ring.keys:
        click.echo(f"{instant(key.signs_from)}  {key.kid}  {SAYS[ring.state(key, at=at)]}")
    if not ring.keys:
        click.echo("There is no key yet. The first is made when a platform first asks for it.")
