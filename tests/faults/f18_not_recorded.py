"""The site may add nothing to the record of what happened: nothing is done, and nothing sensitive is shown."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.db import connection

from cspr.audit.models import Event
from cspr.documents.uploads import store_upload
from tests import factories as make
from tests.factories import Area
from tests.faults.checker import check
from tests.faults.driver import Browser, form_in
from tests.faults.f09_sent_again import forms_of
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size

# What a browser's every visit may write: when a session was last used, and counts of tries.
PASSING = {"accounts_signinsession", "cache"}


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Each form is opened, sent while nothing can be recorded, and sent again as it is once something can."""
    rig.start_web()
    a = make.area()
    staff = rig.person(a.staff)
    makers, wanted = forms_of(rig, a), size.of(6, 60)
    sensitive, plain = readings(a)
    refused: Counter[int] = Counter()
    done: Counter[int] = Counter()
    result = Result(f"{wanted} forms and {len(sensitive)} recorded readings without INSERT on audit_event")
    forms = [makers[number % len(makers)](number) for number in range(wanted)]
    pages = [form_in(form.browser.get(form.path).text) for form in forms]
    before = contents()
    with nothing_recorded(rig):
        for form, page in zip(forms, pages, strict=True):
            answer = form.browser.post(form.path, {**page, **form.fields})
            refused[answer.status] += 1
            kept = all(str(value) in answer.text for value in form.fields.values())
            result.expect(kept, f"{form.name}: what was typed is not on the page")
        read = Counter(staff.get(path).status for path in sensitive)
        open_still = Counter(staff.get(path).status for path in plain)
        ready = json.loads(rig.visitor().get("/health/ready").text)["parts"]["record"]
    changed = sorted(table for table, now in contents().items() if before.get(table) != now)
    # Only now: what was refused was no reading, so the first that is recorded is this one, a case's page as well.
    recorded = [path for path in sensitive if records(staff, path)]
    result.expect(recorded == sensitive, f"not recorded otherwise: {sorted(set(sensitive) - set(recorded))}")
    for form, page in zip(forms, pages, strict=True):
        # Several are about one case: each is sent from the page as it stands after the one before.
        now = form_in(form.browser.get(form.path).text)
        again = {**page, **{name: now[name] for name in ("version",) if name in now}, **form.fields}
        done[form.browser.post(form.path, again).status] += 1
    result.figures = {
        "forms": dict(refused),
        "recorded readings": dict(read),
        "tables changed": changed,
        "the record, says readiness": "well" if ready["ok"] else "not well",
        "other pages": dict(open_still),
        "the same forms afterwards": dict(done),
    }
    result.expect(dict(refused) == {503: wanted}, f"forms were answered with {dict(refused)}")
    result.expect(dict(read) == {503: len(sensitive)}, f"recorded readings were answered with {dict(read)}")
    result.expect(not changed, f"changed: {changed}")
    result.expect(dict(open_still) == {200: len(plain)}, f"other pages were answered with {dict(open_still)}")
    result.expect(not ready["ok"], "readiness did not say that nothing can be recorded")
    result.expect(dict(done) == {302: wanted}, f"afterwards the forms were answered with {dict(done)}")
    result.wrong += check(rig, mail_is_out=False)
    return result


def readings(a: Area) -> tuple[list[str], list[str]]:
    """Pages whose opening is on record, every one or the first in an hour, and pages whose is not."""
    referral = make.sent(a)
    case = make.accepted(a).case
    kept = store_upload(
        ContentFile(b"A letter of the school.", name="letter.txt"), by=a.staff, partnership=a.partnership,
        case_ref=case.ref, subject_label="referrals.case", subject_ref=case.ref,
    )  # fmt: skip
    practice = make.practice_review(a)
    key = make.key_begun(a, practice)
    sensitive = [
        f"/cases/{case.ref}/",
        f"/cases/{case.ref}/people/",
        f"/referrals/{referral.ref}/",
        f"/documents/{kept.ref}/",
        f"/practice-reviews/{practice.ref}/family/",
        f"/identity-keys/{key.ref}/",
    ]
    return sensitive, ["/work/", "/cases/", "/referrals/", "/library/"]


def records(browser: Browser, path: str) -> bool:
    """Whether opening the page adds to the record."""
    before = Event.objects.count()
    return browser.get(path).status == 200 and Event.objects.count() > before


@contextlib.contextmanager
def nothing_recorded(rig: Rig) -> Iterator[None]:
    role = urlsplit(rig.site["DATABASE_URL"]).username
    with connection.cursor() as cursor:
        cursor.execute(f'REVOKE INSERT ON audit_event FROM "{role}"')
        try:
            yield
        finally:
            cursor.execute(f'GRANT INSERT ON audit_event TO "{role}"')


def contents() -> dict[str, str]:
    """A fingerprint of every table."""
    tables = sorted(set(connection.introspection.table_names()) - PASSING)
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"""SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM "{table}" t""")
            [found[table]] = cursor.fetchone()
    return found
