"""Everything that is kept about one person, for that person: counted, read, and written to a file.

`kinds` knows where it stands, `records` reads it, `acts` what the person recorded about others, `file` writes it down.
"""

from training_app.services.own_data.acts import ActsOfAKind, acts, acts_by_kind
from training_app.services.own_data.kinds import Kind, Subject, kinds
from training_app.services.own_data.records import (
    Amount,
    Naming,
    Record,
    amounts,
    asked_by,
    one_record,
    page_of_records,
    records,
)

__all__ = [
    "ActsOfAKind",
    "Amount",
    "Kind",
    "Naming",
    "Record",
    "Subject",
    "acts",
    "acts_by_kind",
    "amounts",
    "asked_by",
    "kinds",
    "one_record",
    "page_of_records",
    "records",
]
