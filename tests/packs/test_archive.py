"""Reading a pack that somebody made to be a nuisance: whatever it holds, one sentence says why it is none."""

import io
import json
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training_app.packs import archive, checking, layout
from training_app.packs.archive import PackFault, PackReader, PackWriter

TEXT = "".join(f"{number} of a text that can be made smaller\n" for number in range(200))


def packed(content: str | bytes = TEXT, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", method) as made:
            made.writestr("a.csv", content)
        return file.getvalue()


def read(content: bytes) -> None:
    pack = PackReader(io.BytesIO(content))
    for name in pack.names:
        pack.digest(name)
        list(pack.lines(name))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_byte_is_a_fault_wherever_it_is(method):
    whole = packed(method=method)
    faults = 0
    for place in range(0, len(whole), 1 if len(whole) < 1000 else 7):
        for changed in (0x01, 0x80, 0xFF):
            damaged = bytearray(whole)
            damaged[place] ^= changed
            try:
                read(bytes(damaged))
            except PackFault:
                faults += 1
    assert faults > 100


def test_a_line_that_would_fill_the_memory_is_not_read(monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    read(packed("x" * 998 + "\n"))
    for content in ("x" * 100_000, "x\n" + "y" * 1000 + "\n"):
        with pytest.raises(PackFault, match="a line longer than any"):
            list(PackReader(io.BytesIO(packed(content))).lines("a.csv"))
    with pytest.raises(PackFault, match="no text in UTF-8"):
        list(PackReader(io.BytesIO(packed(b"\xff"))).lines("a.csv"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (layout.MANIFEST, "[" * 200_000),
        (layout.PAYLOADS, "[" * 200_000),
        (layout.MANIFEST, json.dumps({"format": layout.FORMAT, "format_version": 1, "counts": []})),
        ("versions.csv", "entry\r\n" + "9" * 5000 + "\r\n"),
    ],
)
def test_what_no_parser_takes_is_a_fault(name, content):
    key, manifest = Ed25519PrivateKey.generate(), {"format": layout.FORMAT, "format_version": 1, "origin": "o"}
    files = {layout.MANIFEST: json.dumps(manifest), layout.CHECKPOINT: "", layout.ENTRIES: "", layout.PAYLOADS: ""}
    files |= dict.fromkeys(layout.TABLES, "entry\r\n") | {layout.RECORDED: "", name: content}
    with io.BytesIO() as file:
        pack = PackWriter(file)
        for path, text in files.items():
            pack.add(path, text)
        pack.finish(origin="o", key=key)
        file.seek(0)
        assert checking.check(file, key.public_key(), origin="o").faults[-1].startswith("Something in it is not what")
