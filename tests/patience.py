"""How long a test waits for what must happen, before it says that it did not.

Long, because the machine that runs the tests may be busy: it passes in full only where something has failed.
"""

PATIENCE_SECONDS = 300
