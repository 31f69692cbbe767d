"""The table of class hours, apart from the others to keep both files short."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from bot.store.schema import metadata
from bot.store.types import UtcTimestamp

#: Class hours, by the words that select their Spaces.
class_hours = Table(
    "class_hours",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("targets", Text, nullable=False, unique=True),  # separated by spaces
    Column("zone", String(60), nullable=False),
    Column("weekly", JSON, nullable=False, default=list),  # its rules
    Column("lessons", JSON, nullable=False, default=list),  # seconds since 1970: [start, end]
    Column("file_name", String(200), nullable=False, default=""),  # of the calendar
    Column("wakes", Boolean, nullable=False, default=False),
    Column("made_by", String(40), nullable=False),
    Column("made_at", UtcTimestamp, nullable=False),
    Column("schedule_id", Integer, ForeignKey("schedule.id")),  # what wakes the Spaces
)
