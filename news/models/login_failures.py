from django.db import models


class LoginFailures(models.Model):
    """How often signing in has failed lately for one key of `news.accounts.lockout`.

    In the database rather than in the cache: it holds for all processes also where there is no
    Redis, and an attacker can't wash it out by filling the cache.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.until:%Y-%m-%d %H:%M}"
