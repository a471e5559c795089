"""Measure the access question, decisions, lists and status lists, and other engines beside: ``python -m bench``.

Starts servers of its own on loopback, with databases in a temporary folder, and ends them.
"""

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

import bench.lists
import bench.offline
import bench.policies
from bench import report
from bench.installation import Installation, databases

SIZES = (1_000, 100_000)
SYSTEMS = ("sqlite", "postgresql")


@click.command()
@click.option("--sqlite", "systems", flag_value="sqlite", multiple=True, help="Measure on SQLite.")
@click.option("--postgresql", "systems", flag_value="postgresql", multiple=True, help="Measure on PostgreSQL.")
@click.option("--rounds", default=5, type=click.IntRange(1, 20), show_default=True)
@click.option("--seconds", default=2.0, type=click.FloatRange(0.1, 10), show_default=True, help="Of asking in a round.")
@click.option(
    "--sittings/--no-sittings", default=False, show_default=True, help="Measure quiz sittings too; of choices only."
)
@click.option("--lists/--no-lists", default=True, show_default=True, help="Measure decisions and lists too.")
@click.option("--offline/--no-offline", default=True, show_default=True, help="Measure status lists too.")
@click.option("--policies/--no-policies", default=True, show_default=True, help="Measure Cedar and Casbin beside.")
@click.option(
    "--officers", "sizes", multiple=True, type=click.IntRange(100, 1_000_000), default=SIZES, show_default=True
)
def main(
    systems: tuple[str, ...],
    rounds: int,
    seconds: float,
    sittings: bool,
    lists: bool,
    offline: bool,
    policies: bool,
    sizes: tuple[int, ...],
) -> None:
    """Print how many access questions and quiz sittings the product answers in a second, and how long lists take.

    Without a choice of database on both.  Each round asks every installation in turn, so that what else the machine
    does meanwhile falls on all of them: compare the ratios, not the figures.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    click.echo(f"{report.machine()}\n")
    for system in systems or SYSTEMS:
        with installations(system, sizes, sitting=sittings) as found:
            for number in range(1, rounds + 1):
                for one in found:
                    one.measure(seconds, rounds=rounds)
                click.echo(f"{system}: round {number} of {rounds}", err=True)
            click.echo(report.table(system, {one.officers: one.rounds for one in found}))
            for one in found:
                first = one.first_asked.done * len(one.asked) / one.first_asked.seconds
                click.echo(
                    f"{one.officers:,} officers: asked for the first time, in one batch: {first:,.0f} questions/s"
                )
                after = ", ".join(f"{milliseconds:.0f}" for milliseconds in one.denied_after())
                click.echo(
                    f"{one.officers:,} officers: a withdrawal was obeyed by the next request, answered in {after} ms\n"
                )
        if lists:
            with tempfile.TemporaryDirectory(prefix="training-bench-") as folder:
                bench.lists.measure(system, Path(folder), max(sizes), min(rounds, 3), sizes)
    if offline:
        bench.offline.measure(1_000_000, max(sizes), rounds)
    if policies:
        for officers in sizes:
            bench.policies.measure(officers, seconds)


@contextmanager
def installations(system: str, sizes: tuple[int, ...], *, sitting: bool) -> Iterator[list[Installation]]:
    """Give one running installation for each number of officers."""
    with tempfile.TemporaryDirectory(prefix="training-bench-") as folder, ExitStack() as stack:
        new_database = stack.enter_context(databases(system, Path(folder)))
        found = []
        for officers in sizes:
            click.echo(f"{system}: loading {officers:,} officers", err=True)
            url = new_database(f"training_{officers}")
            found.append(
                stack.enter_context(Installation(Path(folder) / str(officers), url, officers, sitting=sitting))
            )
        yield found


if __name__ == "__main__":
    main()
