"""What several agencies' entries say together, for any entries whatsoever."""

import datetime as dt
import itertools

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cspr.audit.models import Event
from reviews.chronology.codes import EventType, Verdict
from reviews.chronology.lanes import draw
from reviews.chronology.masking import without_names
from reviews.chronology.merging import ALIKE, Item, alike, last_seen, not_brought, pairs, silences, words_of
from reviews.models import ChronologyEntry, ChronologyJudgement, RapidReview
from tests import factories as make

FIRST = dt.date(2024, 1, 1)
TEXTS = (
    "The mother brought her baby to clinic",
    "Baby brought to the clinic by mother",
    "Police called at night",
)


def on(days):
    return FIRST + dt.timedelta(days=days)


items = st.lists(
    st.builds(
        lambda agency, days, type_, seen, text, exact, last: (agency, days, type_, seen, text, exact, last),
        st.integers(1, 4),
        st.integers(0, 400),
        st.sampled_from(EventType.values),
        st.sampled_from(["", "yes", "no"]),
        st.sampled_from(["", *TEXTS]),
        st.booleans(),
        st.integers(0, 30),
    ),
    max_size=40,
).map(
    lambda rows: [
        Item(pk, a, on(d), exact=e, type=t, seen=s, text=x, last=on(d + n))
        for pk, (a, d, t, s, x, e, n) in enumerate(rows, start=1)
    ]
)  # fmt: skip


@given(items)
def test_a_pair_is_two_exact_entries_of_two_agencies_a_day_apart_at_most_and_the_order_does_not_matter(rows):
    found = pairs(rows)
    by_pk = {i.pk: i for i in rows}
    for pair in found.pairs:
        one, other = by_pk[pair.first], by_pk[pair.second]
        assert one.agency != other.agency
        assert abs((one.day - other.day).days) <= 1
        assert one.exact
        assert other.exact
        assert pair.first < pair.second
        if not pair.duplicate:
            assert one.day == other.day
    assert found.complete
    again = pairs(list(reversed(rows)))
    assert set(again.pairs) == set(found.pairs)
    assert len(found.pairs) == len({(p.first, p.second) for p in found.pairs})


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_symmetrical_and_between_nothing_and_all(first, second):
    one, other = words_of(first), words_of(second)
    assert alike(one, other) == alike(other, one)
    assert 0 <= alike(one, other) <= 1
    assert alike(one, one) in {0, 1}


@given(items, st.integers(1, 200))
def test_a_silence_is_longer_than_asked_and_nothing_of_the_agency_lies_in_it(rows, longest):
    for silence in silences(rows, longest):
        assert silence.days > longest
        for item in rows:
            if item.agency == silence.agency:
                end = item.last or item.day
                assert not (silence.after < item.day < silence.before)
                assert not (silence.after < end < silence.before)


@given(items)
def test_no_silence_longer_than_asked_is_missed(rows):
    longest = 20
    found = {(s.agency, s.after, s.before) for s in silences(rows, longest)}
    for agency in {i.agency for i in rows}:
        days = sorted({d for i in rows if i.agency == agency for d in days_of(i)})
        for one, other in itertools.pairwise(days):
            assert ((agency, one, other) in found) == ((other - one).days - 1 > longest)


def days_of(item):
    return [item.day + dt.timedelta(days=n) for n in range(((item.last or item.day) - item.day).days + 1)]


@given(items)
def test_a_series_of_not_brought_has_two_or_more_and_no_sight_of_the_child_between(rows):
    seen = last_seen(rows)
    assert seen == max((i.day for i in rows if i.seen == "yes"), default=None)
    for series in not_brought(rows):
        assert series.times >= 2
        between = [
            i
            for i in rows
            if series.first < i.day < series.last and i.seen == "yes" and i.type != "not_brought"
        ]
        assert between == []


@given(items)
def test_the_picture_stays_inside_its_frame_and_names_every_agency(rows):
    names = {n: f"Agency {n}" for n in range(1, 5)}
    picture = draw(rows, names, frozenset(i.pk for i in rows[::3]), silences(rows, 30))
    assert (picture is None) == (not rows)
    if picture:
        assert [" ".join(words for words, _ in lane.name) for lane in picture.lanes] == [
            names[n] for n in sorted({i.agency for i in rows})
        ]
        assert sum(lane.count for lane in picture.lanes) == len(rows)
        for lane in picture.lanes:
            assert all(picture.plot_x <= x <= picture.width and x + w <= picture.width for x, w in lane.gaps)
        assert all(picture.plot_x <= tick.x <= picture.width for tick in picture.ticks)


def test_the_same_event_told_twice_and_two_accounts_that_differ_are_told_apart():
    day = {"day": FIRST, "exact": True}
    rows = [
        Item(1, 1, type="health", text="Baby seen in clinic by the nurse, weight falling", **day),
        Item(2, 2, type="contact", text="The nurse in clinic says the baby's weight is falling", **day),
        Item(3, 3, type="contact", text="Visited at home", seen="no", **day),
        Item(4, 4, type="police", text="Attended an address", seen="yes", **day),
        Item(5, 1, type="injury", text="Bruise below the left eye", **day),
        Item(6, 2, type="injury", text="Fell from the sofa", **day),
    ]
    found = {(p.first, p.second): p.duplicate for p in pairs(rows).pairs}
    assert found == {(1, 2): True, (3, 4): False, (5, 6): False}


def test_names_are_replaced_whole_or_in_part_and_not_inside_other_words():
    said = without_names("Ann Lee met ANN, Lee’s dog and Annabel.", {"Ann Lee": "Mother"})
    assert said == "Mother met Mother, Mother’s dog and Annabel."
    assert without_names("Nothing.", {}) == "Nothing."


# --- judged by a person -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_judgement_is_kept_changed_and_shown_with_the_entries_and_nothing_of_the_entries_changes(
    settings, client
):
    settings.MFA_REQUIRED = False
    a = make.area()
    review = RapidReview.objects.get(notification=make.notified(a))
    one = make.entry(
        a, review.case, agency="police", happened="Called to a disturbance; the baby slept", seen="yes"
    )
    other = make.entry(a, review.case, happened="Told by police of a disturbance, baby asleep", seen="no")
    client.force_login(a.staff)
    address = reverse("chronology-pairs", args=[review.ref])
    page = client.get(address).content.decode()
    assert "One says that the child was seen, the other that not." in page
    judge = reverse("chronology-judge", args=[review.ref, other.ref, one.ref])
    assert client.post(judge, {"verdict": "", "words": ""}).status_code == 422
    client.post(judge, {"verdict": "contradiction", "words": "Ask the school."})
    client.post(judge, {"verdict": "same", "words": "One visit."})
    judgement = ChronologyJudgement.objects.get()
    assert (judgement.first, judgement.second, judgement.verdict, judgement.words) == (
        one,
        other,
        Verdict.SAME,
        "One visit.",
    )
    assert [
        e.facts["verdict"] for e in Event.objects.filter(kind="chronologyentry.judge").order_by("pk")
    ] == ["contradiction", "same"]
    page = client.get(address).content.decode()
    assert ("No pair waits to be judged." in page, "One visit." in page) == (True, True)
    whole = client.get(reverse("chronology", args=[review.ref])).content.decode()
    assert whole.count("The same event as") == 2
    assert [e.version for e in ChronologyEntry.objects.all()] == [1, 1]
    client.force_login(a.chair)
    assert client.get(address).status_code == 200
    assert client.post(judge, {"verdict": "same", "words": ""}).status_code == 403
    assert ALIKE > 0
