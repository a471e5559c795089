"""The evidence pack: its format, written and checked without a database, a server or a clock.

`layout` names what is in it, `archive` writes and reads the file, `tables` its CSV files, `tree` the proof for every
fact that it shows, `decided` a decision as it was recorded, with the command that answers it again, and `checking`
holds a pack against itself and a public key.  See docs/evidence-pack.md.
"""
