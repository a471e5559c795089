"""Commands on the journal: they need the database or an exported file, and no running server."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from training_app.cli_context import journal_origin, open_database, signing_key
from training_app.clock import now
from training_app.journal_key import make_signing_key
from training_app.rules.canonical import instant
from training_app.rules.signed_note import NoteFault, parse_verifier_key, verifier_key
from training_app.services import journal as services
from training_app.services.journal import ConsistencyProof, InclusionProof, Report

file_to_read = click.Path(exists=True, dir_okay=False, path_type=Path)
file_to_write = click.Path(dir_okay=False, writable=True, path_type=Path)


def _public_key_of(_: click.Context, parameter: click.Parameter, file: Path | None) -> Ed25519PublicKey:
    """Return the key of the verifier line in *file*; without a file, that of this installation."""
    if file is None:
        return signing_key().public_key()
    try:
        return parse_verifier_key(file.read_text("utf-8"))[1]
    except (NoteFault, ValueError) as fault:
        raise click.BadParameter(str(fault), param=parameter) from None


def _notes(_: click.Context, __: click.Parameter, files: tuple[Path, ...]) -> list[str]:
    return [file.read_text("utf-8") for file in files]


#: The option of commands that check what this or another installation signed.
with_public_key = click.option(
    "--public-key",
    type=file_to_read,
    callback=_public_key_of,
    help="File with the line that `journal key` prints; default: this installation's key.",
)


def _checking(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of the commands that check the journal."""
    kept = click.option(
        "--checkpoint",
        "kept",
        type=file_to_read,
        callback=_notes,
        multiple=True,
        help="A checkpoint that was kept elsewhere; may be given several times.",
    )
    return with_public_key(kept(command))


@click.group()
def journal() -> None:
    """The journal of facts: check it, prove from it, sign it, take it elsewhere."""


@journal.command()
@_checking
def verify(public_key: Ed25519PublicKey, kept: list[str]) -> None:
    """Recompute everything the journal claims; exit 1 if anything is not as it must be.

    Only a checkpoint that was kept elsewhere finds out who rewrote the whole journal, or cut its end off, and signed
    anew.
    """
    with open_database() as database, database.reading() as session, _progress() as told:
        report = services.verify(session, public_key, kept=kept, progress=told)
    _answer(report)


@journal.command("verify-file")
@click.argument("file", type=file_to_read)
@_checking
def verify_file(file: Path, public_key: Ed25519PublicKey, kept: list[str]) -> None:
    """Check an exported FILE; exit 1 if anything is not as it must be.  With --public-key, on any machine."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        report = services.verify_export(lines, public_key, kept=kept)
    _answer(report)


@journal.command()
@click.argument("entry", type=int)
@click.option("--leaves", type=int, help="Prove it in the tree as it was with so many leaves.")
@click.option("--out", type=file_to_write, help="Write the proof to a file that `journal verify-proof` checks.")
def prove(entry: int, leaves: int | None, out: Path | None) -> None:
    """Print, as JSON, the proof that ENTRY stands in the tree as last sealed."""
    with open_database() as database, database.reading() as session:
        if out is None:
            _print_proof(services.prove(session, entry, size=leaves))
        else:
            out.write_text(services.proof_file(session, entry, leaves=leaves) + "\n", "utf-8")


@journal.command("verify-proof")
@click.argument("file", type=file_to_read)
@_checking
def verify_proof(file: Path, public_key: Ed25519PublicKey, kept: list[str]) -> None:
    """Check that FILE proves its entry in a tree that was signed; exit 1 if not.  With --public-key, on any machine.

    Without --checkpoint the signed tree head in the file counts; with it, the one that you kept.
    """
    text = file.read_text("utf-8", errors="replace")
    try:
        proof = services.check_proof_file(text, public_key, kept=kept)
    except services.ProofFault as fault:
        click.echo(str(fault), err=True)
        raise click.exceptions.Exit(1) from None
    said = proof.leaf
    click.echo(
        f"Entry {said.get('entry')} ({said.get('kind')}), recorded {said.get('recorded_at')}, stands in the tree:"
    )
    click.echo(f"leaf {proof.index}, counted from 0, of {proof.size}, whose root {proof.root} was signed.")


@journal.command()
@click.argument("first", type=int)
@click.argument("second", type=int)
def consistency(first: int, second: int) -> None:
    """Print, as JSON, the proof that the tree of SECOND leaves only added to the tree of FIRST leaves."""
    with open_database() as database, database.reading() as session:
        _print_proof(services.consistency(session, first, second))


@journal.command()
def head() -> None:
    """Print the newest tree head: number of leaves, root, and when it was sealed."""
    with open_database() as database, database.reading() as session:
        newest = services.head(session)
    if newest is None:
        raise services.NothingSealed
    click.echo(f"leaves {newest.size}\nroot {newest.root}\nsealed {instant(newest.sealed_at)}")


@journal.command()
@click.option("--out", type=file_to_write, help="File to write the checkpoint to, instead of printing it.")
def checkpoint(out: Path | None) -> None:
    """Seal what waits, sign the newest tree head, and give the signed note.  Keep it on another machine."""
    key, origin = signing_key(), journal_origin()
    with open_database() as database:
        services.seal(database, at=now())
        with database.transaction() as session:
            note = services.checkpoint(session, key, origin, at=now()).note
    if out is None:
        click.echo(note, nl=False)
    else:
        out.write_text(note, "utf-8")


@journal.command()
@click.argument("file", type=file_to_write)
def export(file: Path) -> None:
    """Write everything that is sealed, without any payload, to FILE."""
    with open_database() as database, database.reading() as session, file.open("w", encoding="utf-8") as lines:
        leaves = services.export(session, lines)
    click.echo(f"{leaves} leaves written to {file}.")


@journal.command()
def key() -> None:
    """Print the public key that checkpoints are verified with, as one line to hand out."""
    click.echo(verifier_key(journal_origin(), signing_key().public_key()))


@journal.command("make-key")
@click.argument("file", type=file_to_write)
def make_key(file: Path) -> None:
    """Make a private key for the journal and write it to FILE, which must not be there yet."""
    make_signing_key(file)
    click.echo(f"Made {file}. Set TRAINING_JOURNAL_KEY_FILE to it, and keep a copy under lock and key.")


def _print_proof(proof: InclusionProof | ConsistencyProof) -> None:
    if not proof.holds:
        raise click.ClickException("The proof does not hold: the journal was changed. Run: training-app journal verify")
    click.echo(str(proof))


def _answer(report: Report) -> None:
    for fault in report.faults:
        click.echo(fault, err=True)
    click.echo(
        f"{report.entries} entries, {report.waiting} of them waiting to be sealed; {report.leaves} leaves, "
        f"{report.heads} tree heads, {report.checkpoints} checkpoints."
    )
    if report.expired:
        click.echo(f"{report.expired} decisions and searches were let go after the time for which they are kept.")
    if report.erased:
        people, orders = (", ".join(map(str, numbers)) for numbers in (report.erased, report.erasures))
        click.echo(f"The content about people numbered {people} has been erased, by the orders numbered {orders}.")
    click.echo("Everything is as it was recorded." if report.sound else f"{len(report.faults)} faults were found.")
    raise click.exceptions.Exit(0 if report.sound else 1)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error, where somebody looks at it."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, label="Verifying", file=sys.stderr, hidden=hidden) as bar:

        def tell(done: int, rows: int) -> None:
            bar.length = rows
            bar.update(done - bar.pos)

        yield tell
