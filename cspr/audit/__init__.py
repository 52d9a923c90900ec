"""What happened. Import ``record``, ``record_read`` and ``history`` from ``cspr.audit.log``."""
