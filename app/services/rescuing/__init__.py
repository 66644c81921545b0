"""An outbox rescued as an encrypted file, brought in by any way and as often as somebody likes (P8)."""

from app.services.rescuing.data_key import give_back
from app.services.rescuing.opening import MOST_BYTES, RescueDamaged, RescueForeign
from app.services.rescuing.taking import Report, take, take_waiting

__all__ = [
    "MOST_BYTES",
    "Report",
    "RescueDamaged",
    "RescueForeign",
    "give_back",
    "take",
    "take_waiting",
]
