"""Backups: database, stored files and what proves them, as one encrypted file; and the way back.

``parcel``      how such a file is closed and opened: for whom, by whom, and that nothing of it was changed
``contents``    what lies in it, in which order, and the list at its end that says so
``database``    PostgreSQL and SQLite: a moment that holds still, the copy, and loading it
``making``      ``manage.py back_up``
``restoring``   ``manage.py restore``: everything is read and checked once before anything is written
``keeping``     which backups are kept, and which have had their time
"""
