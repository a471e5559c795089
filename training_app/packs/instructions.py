"""How to check a pack, as it stands in the pack: in English, with commands that can be pasted into a shell."""

from training_app.packs.layout import DECISIONS, RECORDED, SUMS

_TEXT = """\
HOW TO CHECK THIS EVIDENCE PACK

You need nothing of the agency but two things: this pack, and the line with its public key. Do not take the
key from here: ask the agency, or the supervisory authority, for the line that begins with

    {origin}+

and keep it in a file, here called agency.key. The same key signs the checkpoints of the agency's journal.

1. Without any of our programs

    unzip PACK.zip -d pack
    cd pack
    sha256sum -c {sums}

   Every file must be OK. It says that the files belong together. That the agency has signed this list, step 2 says.

2. All of it at once

   Install the package training-app, of a version that knows this pack's form, on a machine of your own. It needs
   no database, no server, no network and no settings.

    training-app evidence-pack-verify PACK.zip --public-key agency.key

   It checks the checksums, both signatures (over the list of checksums, and over the head of the journal), that every
   fact in the tables stands in the signed journal, and answers every recorded decision again from the facts in this
   pack. It names each file, row and decision that does not fit. Exit status 0: everything does; 1: something does
   not; 2: the key cannot be used.

3. One refusal, by hand

   In the last column of {decisions} stands the command for each decision. From the folder that you took the pack
   apart in, for example:

    python -m training_app.replay officers/NUMBER.json --version=VERSION --at=INSTANT --known-at=INSTANT

   It prints the answer with every ground, and its exit status is 0 for allowed and 1 for denied. {recorded} holds
   what was recorded at the time, whole.

Times are RFC 3339 in UTC. People are given by their service number; nothing here holds a name.
"""


def how_to_check(origin: str) -> str:
    """Return the instructions for a pack that is signed under the name *origin*."""
    return _TEXT.format(origin=origin, sums=SUMS, decisions=DECISIONS, recorded=RECORDED)
