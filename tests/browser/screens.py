"""``./dev screens``: the main pages of the demonstration, photographed at a desk and on a telephone.

A server of its own is started on a temporary data folder and stopped afterwards. The pictures are written to
``docs/screens/`` under fixed names, or to the folder that is named.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from reviews.management.rehearsal.baby_change import ACTIONS
from reviews.states import REPORT_SECTIONS
from tests.browser.looking import DESK, PHONE
from tests.machine import BROWSERS, unused_port

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "docs" / "screens"
# A picture shows the beginning of a page; what a very long page goes on with is left out.
TALLEST = {"desk": 2200, "phone": 2600}
COLOURS = 64


# --- which pages --------------------------------------------------------------------------------------------


def case(name: str) -> Callable[[Page], None]:
    """To the page of the case that goes by this name."""

    def go(page: Page) -> None:
        page.goto(f"/cases/?q={name}")
        page.get_by_role("link", name=name, exact=True).click()

    return go


def then(first: Callable[[Page], None], link: str) -> Callable[[Page], None]:
    """Go there, and follow a link from it."""

    def go(page: Page) -> None:
        first(page)
        page.locator("main").get_by_role("link", name=link, exact=True).first.click()

    return go


def at(path: str) -> Callable[[Page], None]:
    return lambda page: page.goto(path) and None


def draft(page: Page) -> None:
    """To the referral that the teacher is writing."""
    page.goto("/work/")
    page.get_by_role("link", name="Finish your referral and send it").click()
    if page.get_by_role("button", name="Continue").count():
        page.get_by_role("button", name="Continue").click()


def first_of(path: str) -> Callable[[Page], None]:
    """To the first of a list."""

    def go(page: Page) -> None:
        page.goto(path)
        page.locator("main table a").first.click()

    return go


def room(pseudonym: str, name: str) -> Callable[[Page], None]:
    """To a room of a case's rapid review."""
    return then(then(case(pseudonym), "Rapid review"), name)


def practice_review(pseudonym: str) -> Callable[[Page], None]:
    """To a case's practice review."""
    return then(case(pseudonym), "Practice review")


# The name of the picture: who looks ("" for anybody), and the way there.
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "home": ("", at("/")),
    "library": ("", at("/library/")),
    "published-review": ("", then(at("/library/"), "Rowan")),
    "your-work": ("staff", at("/work/")),
    "referral-task-list": ("teacher", draft),
    "referral-part": ("teacher", then(draft, "The incident")),
    "triage": ("staff", first_of("/referrals/?state=submitted")),
    "case": ("staff", case("Linden")),
    "decision": ("icb", then(case("Tamarisk"), "Whether to notify the Panel")),
    "rapid-review": ("staff", then(case("Linden"), "Rapid review")),
    "agencies": ("staff", room("Linden", "Agencies")),
    "chronology": ("staff", room("Alder", "Chronology")),
    "meeting": ("staff", room("Linden", "Meeting")),
    "decision-room": ("staff", room("Alder", "Decision")),
    "report": ("staff", room("Alder", "Report")),
    "practice-review": ("staff", practice_review("Spindle")),
    "practice-review-plan": ("staff", then(practice_review("Spindle"), "Plan")),
    "anonymity": ("staff", then(practice_review("Alder"), "Anonymity")),
    "gate": ("staff", then(practice_review("Spindle"), "Publication")),
    "fact-check": ("staff", then(practice_review("Spindle"), "Fact check")),
    "findings": ("staff", then(practice_review("Alder"), "Findings")),
    "report-comments": (
        "staff",
        then(then(practice_review("Alder"), "Report"), REPORT_SECTIONS["reasons"]),
    ),
    "actions": ("staff", at("/actions/")),
    "actions-of-a-review": ("staff", then(practice_review("Alder"), "Actions")),
    "action": ("staff", then(at("/actions/"), f"1.1 {ACTIONS[0][1]}")),
    "yearly-pack": ("staff", then(at("/practice-reviews/"), "Yearly report")),
    "emails": ("staff", at("/emails/")),
}


# --- the server ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def demonstration() -> Iterator[tuple[str, str]]:
    """A demonstration that runs: its address, and everybody's password."""
    with tempfile.TemporaryDirectory(prefix="cspr-screens-") as folder:
        port = unused_port()
        line = [sys.executable, str(ROOT / "dev"), "up", "--port", str(port), "--data", folder]
        log = Path(folder) / "dev.log"
        with log.open("w") as out:
            server = subprocess.Popen(line, stdout=out, stderr=out, cwd=ROOT)
        try:
            wait_for(lambda: "Ctrl-C stops it" in log.read_text(), server, log)
            words = (Path(folder) / "demo-sign-ins.txt").read_text()
            password = re.search(r"password is (\S+)", words)
            assert password is not None
            yield f"http://127.0.0.1:{port}", password[1]
        finally:
            server.terminate()
            server.wait(30)


def wait_for(happened: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while not happened():
        if server.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"The demonstration did not start:\n{log.read_text()}")
        time.sleep(0.2)


def wait_for_pdf(url: str) -> None:
    """The worker makes the PDFs after the start; the pictures show them made."""
    with urllib.request.urlopen(f"{url}/library/") as answer:
        found = re.search(r'/library/[^/"]+-\d{4}/', answer.read().decode())
    deadline = time.monotonic() + 60
    while found and time.monotonic() < deadline:
        with (
            contextlib.suppress(urllib.error.HTTPError),
            urllib.request.urlopen(f"{url}{found[0]}report.pdf") as pdf,
        ):
            if pdf.headers["Content-Type"] == "application/pdf":
                return
        time.sleep(0.5)


# --- the pictures -------------------------------------------------------------------------------------------


def photograph(browser: Browser, url: str, password: str, only: list[str], folder: Path) -> None:
    pages: dict[str, Page] = {}
    for name, (who, go) in PAGES.items():
        if only and name not in only:
            continue
        page = pages.get(who) or arrive(browser, url, who, password)
        pages[who] = page
        page.set_viewport_size(DESK)
        go(page)
        for place, size in (("desk", DESK), ("phone", PHONE)):
            page.set_viewport_size(size)
            page.wait_for_load_state("networkidle")
            picture = folder / f"{name}{'' if place == 'desk' else '-phone'}.png"
            kept = keep(page.screenshot(full_page=True, animations="disabled"), picture, TALLEST[place])
            sys.stdout.write(f"{picture.name:32} {kept // 1024} kB\n")


def arrive(browser: Browser, url: str, who: str, password: str) -> Page:
    context = browser.new_context(base_url=url, viewport=DESK)
    context.set_default_timeout(60_000)
    page = context.new_page()
    if who:
        page.goto("/account/login/")
        page.get_by_label("E-mail address").fill(f"{who}@samplebury.example")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/work/")
    return page


def keep(png: bytes, path: Path, tallest: int) -> int:
    """Write the picture with few colours and the beginning of the page only; answers its size in bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, tallest)))
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def main(arguments: list[str]) -> int:
    folder = SCREENS
    if arguments and Path(arguments[0]).is_dir():
        folder = Path(arguments.pop(0))
    if wrong := set(arguments) - PAGES.keys():
        sys.stderr.write(
            f"./dev screens: there is no {', '.join(sorted(wrong))}. There is: {', '.join(PAGES)}.\n"
        )
        return 2
    chromium = next(filter(None, map(shutil.which, BROWSERS)), "")
    if not chromium:
        sys.stderr.write("Pictures need Chromium: apt-get install -y chromium\n")
        return 1
    with demonstration() as (url, password), sync_playwright() as engine:
        wait_for_pdf(url)
        arguments_of_browser = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        browser = engine.chromium.launch(executable_path=chromium, args=arguments_of_browser)
        photograph(browser, url, password, arguments, folder)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
