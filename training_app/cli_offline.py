"""Commands on the keys that sign passes and status lists for use without a network."""

import json
from datetime import timedelta

import click

from config import Config
from training_app import offline_keys
from training_app.clock import now
from training_app.key_folder import SAYS
from training_app.rules.canonical import instant
from training_app.rules.signing_keys import OVERLAP


@click.group()
def offline() -> None:
    """Keys for use without a network: passes and status lists."""


@offline.command("make-key")
@click.option(
    "--now", "at_once", is_flag=True, help="Sign with it at once: the key before it is lost, or known to others."
)
def make_key(at_once: bool) -> None:
    """Make a key. The first signs at once, each later one after a day, when devices know it."""
    folder = Config.from_environment().offline_keys
    file = offline_keys.make(folder, at=now(), waits=timedelta(0) if at_once else OVERLAP)
    click.echo(f"Made {file}. Its name says from when on it signs. Keep a copy under lock and key.")


@offline.command()
def keys() -> None:
    """List the keys: from when on each signs, its id, and what it does now."""
    at, ring = now(), offline_keys.read(Config.from_environment().offline_keys)
    for key in ring.keys:
        click.echo(f"{instant(key.signs_from)}  {key.kid}  {SAYS[ring.state(key, at=at)]}")
    if not ring.keys:
        click.echo("There is no key, so nothing is given out for use without a network.")


@offline.command("key-set")
def key_set() -> None:
    """Print the public keys as a JSON Web Key Set, to be put on devices."""
    ring = offline_keys.read(Config.from_environment().offline_keys)
    click.echo(json.dumps(ring.published(at=now()), indent=2))
