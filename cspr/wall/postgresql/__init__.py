"""Django's PostgreSQL, and with every statement whose rows are open."""
