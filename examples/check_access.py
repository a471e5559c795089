#!/usr/bin/env python3
"""Check on the command line whether an officer may use a tool: ends with 0 for yes, 1 for no, 2 without an answer.

Needs ``access_question.py`` beside it, and ACCESS_SERVER, ACCESS_TOKEN, ACCESS_TOOL and ACCESS_VERSION in the
environment::

    check_access.py DP-1003 && exec the-tool
"""

import argparse
import os
import sys

from access_question import NO_ANSWER, Gate, ask


def main() -> int:
    parser = argparse.ArgumentParser(description="Check whether an officer may use a tool now.")
    parser.add_argument("officer", help="service number")
    parser.add_argument("--purpose", help="code of the purpose of this use")
    arguments = parser.parse_args()
    try:
        gate = Gate.from_environment(os.environ)
    except (KeyError, ValueError) as missing:
        parser.error(f"the environment lacks or spoils {missing}")
    answer = ask(gate, arguments.officer, arguments.purpose)
    lines = [answer.sentence, *(f"{code}: {way}" for code, way in zip(answer.grounds, answer.ways_out, strict=False))]
    print("\n".join(lines), file=sys.stdout if answer.allowed else sys.stderr)
    return 0 if answer.allowed else 2 if answer == NO_ANSWER else 1


if __name__ == "__main__":
    sys.exit(main())
