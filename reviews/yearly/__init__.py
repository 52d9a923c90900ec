"""The yearly report pack (Children Act 2004 s.16G): what it counts, hides and says. Pure: no database."""
