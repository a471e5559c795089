"""Evidence packs: everything that an inspection or an audit of a tool asks for about a period, as one signed file.

`orders` says what is asked for, `writing` puts it together from `of_tool`, `curricula`, `of_trainers`, `of_officers`
and `left_out`, `shown` proves that it stands in the journal, and `making` puts on record that it was taken out.
"""

from training_app.services.evidence_pack.left_out import LeftOut, Missing
from training_app.services.evidence_pack.making import Taken, record, taken
from training_app.services.evidence_pack.of_officers import NotAsRecorded
from training_app.services.evidence_pack.orders import (
    Extent,
    NoPeriod,
    NotBegun,
    PackOrder,
    extent,
)
from training_app.services.evidence_pack.shown import StillSealing
from training_app.services.evidence_pack.writing import Contents, Made, write

__all__ = [
    "Contents",
    "Extent",
    "LeftOut",
    "Made",
    "Missing",
    "NoPeriod",
    "NotAsRecorded",
    "NotBegun",
    "PackOrder",
    "StillSealing",
    "Taken",
    "extent",
    "record",
    "taken",
    "write",
]
