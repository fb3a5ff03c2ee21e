"""Django's PostgreSQL, which a web server doesn't wait for without end. See `news.patience`."""
