"""Showing what a salted digest was made of without showing the salt.

A journal entry about a person holds ``SHA-256(salt + payload)``.  Whoever is to check it against the payload needs the
salt, which would open every other entry about that person too.  SHA-256 reads its input in blocks of 64 bytes, one
after another, and all that a block leaves behind is a state of 32 bytes.  The first block is the salt (32 bytes) and
the first 32 bytes of the payload: with the state after it, the *opening*, the rest can be hashed to the end.  The
opening tells nothing of the salt, and finding another rest that ends in the same digest is as hard as for SHA-256
itself.

What it leaves open are those first 32 bytes: who checks must know what they have to be.

Source: FIPS 180-4, sections 5.1.1, 5.3.3 and 6.2.2.
"""

import struct
from math import isqrt

SALT_BYTES = 32
BLOCK_BYTES = 64
FIRST_BYTES = BLOCK_BYTES - SALT_BYTES
"""So many bytes of the text stand in the first block, beside the salt."""

_WORD = 0xFFFFFFFF


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def _cube_root(number: int) -> int:
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle)
    return low


#: The first 32 bits of the fractional parts of the square roots of the first 8 primes, and of the cube roots of 64.
_START = tuple(isqrt(prime << 64) & _WORD for prime in _primes(8))
_CONSTANTS = tuple(_cube_root(prime << 96) & _WORD for prime in _primes(64))


def opening(text: str, *, salt: bytes) -> bytes:
    """Return the state of SHA-256 after *salt* and the first bytes of *text*, as 32 bytes.

    :raises ValueError: if the salt is not 32 bytes, or *text* in UTF-8 is shorter than `FIRST_BYTES`.
    """
    content = text.encode()
    if len(salt) != SALT_BYTES or len(content) < FIRST_BYTES:
        raise ValueError("the first block is a salt of 32 bytes and 32 bytes of text")
    return struct.pack(">8I", *_after(_START, salt + content[:FIRST_BYTES]))


def digest_from(opened: bytes, text: str) -> str:
    """Return the SHA-256, in hexadecimal, of salt and *text*, from the `opening` alone.

    :raises ValueError: if *opened* is not 32 bytes, or *text* is too short to have one.
    """
    content = text.encode()
    if len(opened) != 32 or len(content) < FIRST_BYTES:
        raise ValueError("an opening is 32 bytes, and its text 32 bytes or more")
    length = SALT_BYTES + len(content)
    rest = content[FIRST_BYTES:] + b"\x80"
    rest += b"\x00" * (-(len(rest) + 8) % BLOCK_BYTES) + struct.pack(">Q", length * 8)
    state = struct.unpack(">8I", opened)
    for start in range(0, len(rest), BLOCK_BYTES):
        state = _after(state, rest[start : start + BLOCK_BYTES])
    return struct.pack(">8I", *state).hex()


def _after(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """Return the state after one more block: the compression function of SHA-256."""
    words = list(struct.unpack(">16I", block))
    for place in range(16, 64):
        x, y = words[place - 15], words[place - 2]
        # A rotation is a shift of the word written twice; the high half falls to the mask.
        xx, yy = x | x << 32, y | y << 32
        words.append(
            words[place - 16]
            + ((xx >> 7 ^ xx >> 18) & _WORD ^ x >> 3)
            + words[place - 7]
            + ((yy >> 17 ^ yy >> 19) & _WORD ^ y >> 10)
            & _WORD
        )
    a, b, c, d, e, f, g, h = state
    for constant, word in zip(_CONSTANTS, words, strict=True):
        ee, aa = e | e << 32, a | a << 32
        first = h + ((ee >> 6 ^ ee >> 11 ^ ee >> 25) & _WORD) + (e & f ^ ~e & g) + constant + word
        second = ((aa >> 2 ^ aa >> 13 ^ aa >> 22) & _WORD) + (a & b ^ a & c ^ b & c)
        a, b, c, d, e, f, g, h = first + second & _WORD, a, b, c, d + first & _WORD, e, f, g
    return tuple(old + new & _WORD for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))
