"""Ask and ask, and see whether the server's memory stays what it was: ``python -m bench.long``."""

import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from bench import report
from bench.installation import Installation, databases

PARTS = 10


@click.command()
@click.option("--system", type=click.Choice(["sqlite", "postgresql"]), default="postgresql", show_default=True)
@click.option("--officers", default=2_000, type=click.IntRange(100, 1_000_000), show_default=True)
@click.option("--requests", "number", default=1_000_000, type=click.IntRange(1_000, 100_000_000), show_default=True)
def main(system: str, officers: int, number: int) -> None:
    """Print the memory of the process that serves after each tenth of so many recorded access questions."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    click.echo(f"{report.machine()}\n{system}, {officers:,} officers, {number:,} requests\n")
    with tempfile.TemporaryDirectory(prefix="training-bench-") as folder, ExitStack() as stack:
        url = stack.enter_context(databases(system, Path(folder)))("training_long")
        one = stack.enter_context(Installation(Path(folder) / "long", url, officers, sitting=False))
        click.echo(f"at the beginning: {one.memory() / 1024:,.0f} MB")
        for part in range(1, PARTS + 1):
            found = one.ask(number // PARTS)
            rate = found.done / found.seconds
            click.echo(f"after {part * number // PARTS:,}: {one.memory() / 1024:,.0f} MB, {rate:,.0f} requests/s")


if __name__ == "__main__":
    main()
