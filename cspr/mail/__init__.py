"""What we tell people. ``cspr.mail.outbox`` writes rows, ``cspr.mail.relay`` sends them; nothing else sends.

Import ``Message``, ``queue``, ``compose_digests`` and ``queue_account_mail`` from ``cspr.mail.outbox`` and
``register_kind`` from ``cspr.mail.kinds``.
"""
