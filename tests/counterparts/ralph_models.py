"""Statements held against ralph's models of xAPI: run with the Python of its own environment, never imported.

Takes statements in JSON, one a line; gives back for each line what is wrong with it, as a list in JSON.
"""

import json
import sys


def main() -> None:
    from pydantic import ValidationError
    from ralph.models.xapi.base.statements import BaseXapiStatement

    for line in sys.stdin:
        faults = []
        try:
            BaseXapiStatement.model_validate_json(line)
        except ValidationError as error:
            faults = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        sys.stdout.write(json.dumps(faults) + "\n")


if __name__ == "__main__":
    main()
