"""What goes wrong, done on purpose to the whole system: ``./dev faults``, docs/faults.md.

A fault is a module ``f<number>_<what>.py`` here (found by its name) with one function:

    def run(rig: Rig, size: Size, seed: int) -> Result

``size.of(smoke, full)`` is how much of it (``tests.faults.shape``). ``Result.expect(holds, otherwise)`` notes what is
wrong. An exception fails that fault alone. Every fault finds the database as the one before left it, so it makes its
own area and cases, and looks at its own rows; the checker looks at all of them.

The rig (``tests.faults.rig.Rig``), all on loopback, on free ports, in temporary folders:

``rig.postgres``   a cluster of its own: ``restart()`` is ``pg_ctl restart -m immediate``; ``stop``, ``start``, ``url``
                   (the owner's). Afterwards ``rig.fresh()`` gives our own process a new connection.
``rig.redis``      ``kill()`` (-9, keeps nothing), ``start()``, ``freeze()``, ``thaw()``, ``flush()``, ``fill()``
                   (refuses everything new), ``empty_again()``, ``client``.
``rig.mail``       ``here()`` is the server of ``tests.mail.smtp`` (``faults``: in turn; ``for_recipient``: by address;
                   ``seconds_for_each``; ``received``), ``away()`` makes its port refuse; ``message_ids()``: of all.
``rig.web``        gunicorn, 2 workers × 4 threads, production's settings: ``rig.start_web()`` waits until it answers.
``rig.worker``     Celery with the short times of ``tests.faults.profile``: ``rig.start_worker(lease=5, …)``
``rig.beat``       the same for beat: ``rig.start_beat(ticks={…})``
                   Each is a ``Program``: ``start``, ``stop``, ``kill`` (-9, with all children), ``freeze``,
                   ``children``, ``log``; ``rig.program(name, line)`` makes another.
``rig.begin``      is called before each fault: servers run, no program does; ``rig.end`` stops everything after it.
``rig.history``    ``note(what, **facts)``, ``of(what)``, ``acknowledged()``: also in ``<folder>/history.jsonl``.
``rig.nemesis``    ``choose`` is a ``random.Random`` seeded before each fault; ``lie_in_wait(point, visit)``,
                   ``has_caught(seconds)``, ``kill(program, why)``, ``kill_one_child(program)``. It signals
                   only what the rig started.
``rig.person(u)``  somebody signed in at a browser (``tests.faults.driver``): ``get(path)``, ``fill_in(path, fields)``
                   (opens the page, sends its form with version and nonce), ``post(path, fields)``. ``form_in(text)``.
``rig.until``      waits for something, or raises ``TookTooLong`` with the ends of the logs.

``tests.faults.people``: ``lanes(rig, n)``, referrals that go to and fro (each form a change, an event and mail);
``overdue(case, n)``; ``letters(area, n, about)``. ``tests.faults.checker.check(rig)``: everything that is wrong.
The models of the database are those of this process (as the owner of the database, every row open).
"""
