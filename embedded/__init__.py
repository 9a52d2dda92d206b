"""PostgreSQL and Valkey for a machine that has neither: used when DATABASE_URL / REDIS_URL are unset.

Nothing here knows Django, and Django's settings know nothing of what is here: the two
meet in environment variables alone (``embedded.environment``).
"""
