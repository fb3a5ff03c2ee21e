"""The desk's mutable rows and the append-only record, one noun a file."""

from news.models.access_link import AccessLink
from news.models.archive_count import ArchiveCount
from news.models.archive_import import ArchiveImport
from news.models.attachment import Attachment
from news.models.audit_entry import AuditEntry
from news.models.autosave import Autosave
from news.models.card import Card
from news.models.chain_head import ChainHead
from news.models.data_file import DataFile
from news.models.derivative import Derivative
from news.models.desk_preference import DeskPreference
from news.models.desk_presence import DeskPresence
from news.models.desk_session import DeskSession
from news.models.epoch import Epoch
from news.models.erasure import Erasure
from news.models.former_miss import FormerMiss
from news.models.glossary_term import GlossaryTerm
from news.models.job import Job
from news.models.key_miss import KeyMiss
from news.models.last_backup import LastBackup
from news.models.legacy_path import LegacyPath
from news.models.link_visit import LinkVisit
from news.models.login_failures import LoginFailures
from news.models.photo import Photo
from news.models.precision import Precision
from news.models.press_release import PressRelease
from news.models.reader_report import ReaderReport
from news.models.search_miss import SearchMiss
from news.models.search_state import SearchState
from news.models.series import Series, SeriesPart
from news.models.shared_preview import SharedPreview
from news.models.short_link import ShortLink
from news.models.site_settings import SiteSettings
from news.models.source_document import SourceDocument
from news.models.text_band import TextBand
from news.models.topic import Topic
from news.models.unsaved_text import UnsavedText
from news.models.upload import Upload
from news.models.version import Heading, Text, Version
from news.models.version_media import VersionMedia
from news.models.visit import Visit

__all__ = [
    "AccessLink",
    "ArchiveCount",
    "ArchiveImport",
    "Attachment",
    "AuditEntry",
    "Autosave",
    "Card",
    "ChainHead",
    "DataFile",
    "Derivative",
    "DeskPreference",
    "DeskPresence",
    "DeskSession",
    "Epoch",
    "Erasure",
    "FormerMiss",
    "GlossaryTerm",
    "Heading",
    "Job",
    "KeyMiss",
    "LastBackup",
    "LegacyPath",
    "LinkVisit",
    "LoginFailures",
    "Photo",
    "Precision",
    "PressRelease",
    "ReaderReport",
    "SearchMiss",
    "SearchState",
    "Series",
    "SeriesPart",
    "SharedPreview",
    "ShortLink",
    "SiteSettings",
    "SourceDocument",
    "Text",
    "TextBand",
    "Topic",
    "UnsavedText",
    "Upload",
    "Version",
    "VersionMedia",
    "Visit",
]
