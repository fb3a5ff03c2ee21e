"""Who may sit at the desk: signing in, the second step, sessions that end, links to a password.

Every event of an account is told in one place, `news.accounts.events`.
"""
