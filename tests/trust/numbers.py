"""The twenty-eight numbers of trust, each with its target and what measures it.

A number is *reached* only where its command ran, ended well, and nothing is named as missing.
"""

from __future__ import annotations

from dataclasses import dataclass

PASSED = r"(?P<found>\d+ passed)"
# One run shows three numbers: who may do what, what a refused step changes, and the headers of every answer.
OF_ACCESS = "tests/access tests/reviews/test_machines.py tests/reviews/test_invariants.py tests/workflow"
TRIED = r"(?P<found>\d+ points tried[^\n]*)"


@dataclass(frozen=True)
class Number:
    """``tests``: what pytest runs; ``program``: a module of ours; ``manage``: a command of manage.py, on PostgreSQL in
    a database of its own that is migrated and walled. ``found``: where the output of each tells the value.
    ``faults``: the faults whose last runs in full size show it, as ``./dev faults`` kept them.
    ``missing``: what the target asks for and no run shows; "" when the run shows all of it."""

    number: int
    measure: str
    target: str
    tests: str = ""
    manage: str = ""
    program: str = ""
    faults: str = ""
    engine: str = "PostgreSQL"
    found: str = PASSED
    missing: str = ""


NUMBERS = (
    Number(
        1,
        "Access matrix",
        "every point of every row as docs/access.md says, no address or verb outside it; none allowed to who is"
        " elsewhere, in conflict, shut out or lapsed",
        tests=OF_ACCESS,
        found=TRIED,
    ),
    Number(
        2,
        "State × role × verb",
        "all enumerated; what is refused changes nothing",
        tests=OF_ACCESS,
    ),
    Number(
        3,
        "Mutation of guards",
        "at least 95 % of removed guards noticed; all for approving, publishing, identity, conflict",
        program="tests.guards --minutes=24",
        engine="SQLite",
        found=r"guards: (?P<found>[^\n]*)",
    ),
    Number(
        4,
        "A restricted case, present or absent",
        "no answer differs by a byte over the whole crawl",
        tests="tests/access/test_hidden.py tests/access/test_ended.py",
    ),
    Number(
        5,
        "Canary sweep of database, files, logs, Redis, mail, cache",
        "no hit, at least 40 canaries",
        tests="tests/sealed tests/test_logs.py",
    ),
    Number(
        6,
        "What e-mails say",
        "every kind rendered, nothing of a case, one recipient each",
        tests="tests/mail",
    ),
    Number(
        7,
        "Reminders while the worker is killed 100 times",
        "none of 2,000 lost, none doubled in the application",
        faults="F1",
    ),
    Number(
        8,
        "Broker or database gone during 200 posts",
        "200 saved or cleanly refused, drained within 60 s",
        faults="F3 F6",
    ),
    Number(
        9,
        "Two people decide at once",
        "200 of 200 races have exactly one winner",
        faults="F8",
    ),
    Number(
        10,
        "Double submissions",
        "1,000 of 1,000 without a second effect",
        faults="F9",
    ),
    Number(
        11,
        "Deadlines against an independent count",
        "no difference in 10,000 dates",
        tests="tests/clocks",
        engine="SQLite",
    ),
    Number(
        12,
        "Sweep of 100,000 cases",
        "at most 60 s and 256 MB",
        program="tests.scale.sweep",
        found=r"(?P<found>\d+ cases, \d+ reminders[^\n]*)",
    ),
    Number(
        13,
        "Hostile uploads, bad redactions",
        "40 of 40 and 30 of 30 stopped, 10 of 10 good files accepted",
        tests="tests/documents/test_uploads.py tests/reviews/anonymity/test_corpus.py",
        engine="SQLite",
    ),
    Number(
        14,
        "What a PDF could fetch",
        "none of 12 ways reaches anything; WeasyPrint 70.0 or later",
        tests="tests/documents/test_sealed.py tests/house/test_fetching.py",
        engine="SQLite",
    ),
    Number(
        15,
        "Tampering with the record",
        "1,000 of 1,000 deeds found, 8 × 500 appends at once without a fork; a million"
        " events checked in 120 s",
        tests="tests/audit",
        manage="measure_audit",
        found=r"(?P<found>\d+ events on [^\n]*|\d+ passed)",
    ),
    Number(
        16,
        "Backup and restore drill",
        "RPO, RTO within 24 h and 30 min, nothing different",
        faults="F20",
    ),
    Number(
        17,
        "Deployment check",
        "no issue at level WARNING, none silenced",
        manage="check --deploy --fail-level WARNING",
        engine="production",
        found=r"(?P<found>System check identified [^\n]*)",
    ),
    Number(
        18,
        "Headers on every address × role × status",
        "exactly those of tests/access/headers.py. Three differ from the model list, with reasons: Referrer-Policy is"
        " same-origin everywhere (with no-referrer browsers send forms without an origin), HSTS also says preload"
        " (Django's deployment check asks for it), and manifest-src is allowed from the site itself",
        tests=OF_ACCESS,
        found=r"headers: (?P<found>[^\n]*)",
    ),
    Number(
        19,
        "Back after leaving, in Chromium",
        "nothing of a case in the page",
        tests="tests/browser/test_going_back.py",
        engine="browser",
    ),
    Number(
        20,
        "Sessions",
        "30 (15) minutes idle, 10 hours, 3 at once, ended on the next request, second factor for all, asked again for"
        " weighty things",
        tests="tests/accounts tests/reviews/test_proving_oneself.py",
    ),
    Number(
        21,
        "ASVS 5.0 ledger",
        "253 requirements of levels 1 and 2 and 22 of level 3 with a status, none open, at least 120 by a test",
        tests="tests/trust/test_asvs.py",
        engine="SQLite",
        missing="8 requirements are open; docs/asvs.md says what each lacks",
    ),
    Number(
        22,
        "OWASP Top 10:2025",
        "each category has at least three named tests",
        tests="tests/trust/test_papers.py",
        engine="SQLite",
    ),
    Number(
        23,
        "Supply chain",
        "hash-pinned lock, no known hole, SBOM, licences",
        tests="tests/house/test_packages.py tests/house/test_supply.py",
        engine="SQLite",
        missing="known holes could not be looked up: the package index at hand does not answer that question",
    ),
    Number(
        24,
        "Static rules",
        "raw SQL, unguarded .objects, |safe, filter(**), delay( outside the outbox: no hit",
        tests="tests/house/test_fetching.py tests/house/test_templates.py tests/house/test_dangerous.py",
        engine="SQLite",
    ),
    Number(
        25,
        "The tests themselves",
        "90 % of branches, 100 % of permissions; none flaky in 20 repeats",
        program="tests.covering",
        engine="SQLite",
        found=r"covered: (?P<found>[^\n]*)",
        missing="the 20 repeats of the small runs were not made",
    ),
    Number(
        26,
        "10,000 odd posts",
        "over every form and role: no 500, and what is refused leaves no event",
        tests="tests/access/test_odd_posts.py --posts=11",
        found=TRIED,
    ),
    Number(
        27,
        "Case page among 100,000 cases, 10 people, 2 cores",
        "95 % within 400 ms; access asks at most 3 queries (tests/referrals/test_lists_speed.py)",
        program="tests.scale.pages",
        found=r"case page: (?P<found>[^\n]*)",
    ),
    Number(
        28,
        "Papers",
        "security policy, threat model, matrix, data map, checklist, hazards, limits",
        tests="tests/trust/test_papers.py tests/trust/test_asvs.py tests/access/test_table.py"
        " tests/sealed/test_classes.py",
        engine="SQLite",
    ),
)
