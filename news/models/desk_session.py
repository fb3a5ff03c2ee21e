"""Sessions of the desk, each with its user: so that all of one account's can be ended at once.

The session engine (`SESSION_ENGINE`) is this module; Django documents the pattern under "Extending
database-backed session engines".
"""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from news.querysets import DeskSessionManager


class DeskSession(AbstractBaseSession):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="desk_sessions"
    )

    objects = DeskSessionManager()

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[DeskSession]:
        return DeskSession

    def create_model_instance(self, data: dict) -> DeskSession:
        session = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        return session
