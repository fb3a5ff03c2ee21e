"""The desk's mutable rows and the append-only record, one noun a file."""

from news.models.archive_count import ArchiveCount
from news.models.attachment import Attachment
from news.models.card import Card
from news.models.chain_head import ChainHead
from news.models.data_file import DataFile
from news.models.derivative import Derivative
from news.models.desk_preference import DeskPreference
from news.models.epoch import Epoch
from news.models.job import Job
from news.models.legacy_path import LegacyPath
from news.models.photo import Photo
from news.models.precision import Precision
from news.models.press_release import PressRelease
from news.models.search_miss import SearchMiss
from news.models.search_state import SearchState
from news.models.short_link import ShortLink
from news.models.topic import Topic
from news.models.version import Heading, Text, Version
from news.models.version_media import VersionMedia
from news.models.visit import Visit

__all__ = [
    "ArchiveCount",
    "Attachment",
    "Card",
    "ChainHead",
    "DataFile",
    "Derivative",
    "DeskPreference",
    "Epoch",
    "Heading",
    "Job",
    "LegacyPath",
    "Photo",
    "Precision",
    "PressRelease",
    "SearchMiss",
    "SearchState",
    "ShortLink",
    "Text",
    "Topic",
    "Version",
    "VersionMedia",
    "Visit",
]
