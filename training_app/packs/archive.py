"""The file itself: a zip whose bytes depend on nothing but its content, and reading one that somebody else made."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import IO, Any

from training_app.packs.layout import SUMS, UNSUMMED, is_safe
from training_app.rules.signed_note import sign

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can name; no file in a pack has a time of its own."""
_READABLE = 0o100644 << 16
_UNIX = 3

MOST_BYTES = 64 * 1024**2
"""Of a file or a line that is read whole; none that we write comes near."""
_UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    OSError,
)
"""What the library raises where a zip is damaged, or made to be."""
NOTE_HEADING = "training-app evidence pack, form 1"


class PackFault(ValueError):
    """What was opened is no pack that can be read at all; the text says why."""


class PackWriter:
    """Writes a pack file by file, and remembers the digest of each."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.sums: dict[str, str] = {}

    def add(self, path: str, pieces: str | Iterable[str]) -> None:
        """Write a file in UTF-8.

        :raises ValueError: if there is one of that name already, or the name leads elsewhere.
        """
        if path in self.sums or not is_safe(path):
            raise ValueError(f"a pack cannot hold {path!r}")
        digest = sha256()
        with self._zip.open(_named(path), "w", force_zip64=True) as file:
            for piece in (pieces,) if isinstance(pieces, str) else pieces:
                content = piece.encode()
                digest.update(content)
                file.write(content)
        self.sums[path] = digest.hexdigest()

    def close(self) -> None:
        """End the file, finished or not; one that was given up is no pack."""
        self._zip.close()

    def finish(self, *, origin: str, key: Any) -> str:
        """Write the list of checksums and the signature over it, close the file, and return the list's digest.

        :param origin: the name under which *key*, an Ed25519 private key, signs.
        """
        listed = "".join(f"{digest}  {path}\n" for path, digest in sorted(self.sums.items()))
        digest = sha256(listed.encode()).hexdigest()
        self.add(SUMS, listed)
        self.add(f"{SUMS}.note", sign(note_text(digest), name=origin, key=key))
        self.close()
        return digest


def note_text(digest: str) -> str:
    """Return the text that is signed: that a list of checksums has this digest."""
    return f"{NOTE_HEADING}\n{SUMS} {digest}\n"


class PackReader:
    """Reads a pack that may be anybody's.

    :raises PackFault: if it is no zip, or one that could not be taken apart safely.
    """

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except _UNREADABLE as error:
            raise PackFault(f"This is no zip file: {error}.") from None
        self.names = [one.filename for one in self._zip.infolist()]
        for name in self.names:
            if not is_safe(name):
                raise PackFault(f"The file {name!r} in it would leave the folder that the pack is taken apart in.")
        if len(set(self.names)) < len(self.names):
            raise PackFault("Two files in it have the same name.")

    def __contains__(self, path: str) -> bool:
        return path in self.names

    def text(self, path: str) -> str:
        """Return a whole file.

        :raises PackFault: if there is none of that name, it is damaged, too large, or no text in UTF-8.
        """
        with self._reading(path) as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise PackFault(f"{path} is larger than any that a pack holds.")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise PackFault(f"{path} is no text in UTF-8.") from None

    def lines(self, path: str) -> Iterator[str]:
        """Yield the lines of a file, ends included, one at a time.

        :raises PackFault: as `text`, of a line for the file.
        """
        with self._reading(path) as file, io.TextIOWrapper(file, "utf-8", newline="") as lines:
            while line := _one_of(lines, path):
                yield line

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file, in hexadecimal."""
        found = sha256()
        with self._reading(path) as file:
            while piece := file.read(1024**2):
                found.update(piece)
        return found.hexdigest()

    @property
    def summed(self) -> list[str]:
        """Names of the files that the list of checksums must hold."""
        return [name for name in self.names if name not in UNSUMMED]

    @contextmanager
    def _reading(self, path: str) -> Iterator[IO[bytes]]:
        try:
            with self._zip.open(path) as file:
                yield file
        except KeyError:
            raise PackFault(f"{path} is missing.") from None
        except PackFault:
            raise
        except _UNREADABLE as error:
            raise PackFault(f"{path} cannot be read: {error}.") from None


def _one_of(lines: io.TextIOWrapper, path: str) -> str:
    """Return the next line, empty at the end of the file."""
    try:
        line = lines.readline(MOST_BYTES)
    except UnicodeDecodeError:
        raise PackFault(f"{path} is no text in UTF-8.") from None
    if len(line) == MOST_BYTES:
        raise PackFault(f"{path} has a line longer than any that a pack holds.")
    return line


def sums_in(text: str, report: Callable[[str], object]) -> dict[str, str]:
    """Return the digests in a list of checksums by file; *report* is told of lines that are none."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        digest, gap, path = line.partition("  ")
        if not gap or len(digest) != 64 or not path or path in found:
            report(f"{SUMS}: line {number} is no checksum.")
        else:
            found[path] = digest
    return found


def _named(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, date_time=_FIRST_DAY)
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _READABLE, _UNIX
    return info
