"""What can go wrong in a way that the user can do something about.

One small tree under `TrainingError`: each says what failed and where, in a sentence for the user's eyes, and knows no
HTTP status.  Whatever is not in this tree is a bug and is answered as one.
"""


class TrainingError(Exception):
    """Something was asked that may not or cannot be done; the text says what to do about it."""
