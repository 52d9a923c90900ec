"""Identity at rest: what a copy of the database or of the files does not give away (docs/decisions/0012)."""
