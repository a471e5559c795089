"""The file of everything that is kept about whoever is signed in: a zip, written while it is sent."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Response, current_app, stream_template, stream_with_context
from flask_babel import force_locale, get_locale

from config import Config
from training_app.agency import moment
from training_app.rules.own_data import Section
from training_app.services import own_data
from training_app.services.own_data import file
from training_app.wording import own_data as words
from training_app.wording import own_records

PIECE_BYTES = 64 * 1024


class _Sink:
    """Takes what the zip writes, until it is sent; it cannot be sought in, so that nothing is held for later."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._held.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def taken(self) -> bytes:
        held, self._held, self.size = b"".join(self._held), [], 0
        return held


def response(naming: own_data.Naming, *, at: datetime) -> Response:
    """Return the zip: a page to read and a file for programs, both with everything."""
    config: Config = current_app.extensions["config"]
    named = {
        "kinds": {kind.name: own_records.kind(kind.name) for kind in own_data.kinds()},
        "fields": {name: str(label) for name, label in own_records.FIELDS.items()},
        "reasons": {why.value: str(text) for why, text in words.WHYS.items()},
    }
    readable = stream_template(
        "my_data/file.html",
        person=naming.subject.person,
        agency=config.brand_name,
        made_at=moment(at),
        language=str(get_locale()).replace("_", "-"),
        parts=_parts(naming),
        acts=own_data.acts_by_kind(naming.session, naming.subject),
        words=words,
        own_records=own_records,
        moment=moment,
    )
    document = file.document(naming, agency=config.brand_name, words=named, at=at)
    pieces = _zipped((("my-data.html", readable), ("my-data.json", document)), at=at)
    answer = Response(stream_with_context(_in_language(pieces)), mimetype="application/zip")
    number = "".join(c if c.isascii() and c.isalnum() else "-" for c in naming.subject.person.service_number)
    answer.headers.set("Content-Disposition", "attachment", filename=f"my-data-{number}-{at:%Y-%m-%d}.zip")
    return answer


def _parts(naming: own_data.Naming) -> Iterator[tuple[Section, list[tuple[own_data.Kind, Iterator[own_data.Record]]]]]:
    """Yield the sections of which there is anything, with the records of each kind, read when they are written."""
    there = [one.kind for one in own_data.amounts(naming.session, naming.subject, own_data.kinds())]
    for section in Section:
        found = [(kind, own_data.records(naming, kind)) for kind in there if kind.section is section]
        if found:
            yield section, found


def _in_language(pieces: Iterator[bytes]) -> Iterator[bytes]:
    with force_locale(get_locale() or "en"):
        yield from pieces


def _zipped(files: Iterable[tuple[str, Iterable[str]]], *, at: datetime) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as written:  # type: ignore[call-overload]
        for name, pieces in files:
            entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            with written.open(entry, "w", force_zip64=True) as out:
                for piece in pieces:
                    out.write(piece.encode())
                    if sink.size >= PIECE_BYTES:
                        yield sink.taken()
    yield sink.taken()
