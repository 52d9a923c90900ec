"""Settings: every variable is documented, and production refuses to start insecurely, saying what to set."""

from __future__ import annotations

import re
import sys

import pytest

from tests.house.settings_reader import ROOT, documented, needed_in_production, read_by_settings
from tests.services.programs import run

pytestmark = pytest.mark.once

SECURE = {
    "CSPR_SITE_URL": "https://reviews.example",
    "CSPR_SECRET_KEY": "k7" * 30,
    "CSPR_FIELD_KEYS": "0123456789abcdef" * 4,
    "CSPR_ALLOWED_HOSTS": "reviews.example",
    "CSPR_FROM_EMAIL": "reviews@reviews.example",
    "DATABASE_URL": "postgres://cspr@db.invalid/cspr",
    "REDIS_URL": "redis://redis.invalid/0",
}


def start(env: dict[str, str], show: str = "'started'") -> tuple[int, str, str]:
    """Loads the settings in a process of their own: exit code, output, last line of the errors."""
    program = f"import cspr.settings as settings; print(({show}))"
    result = run([sys.executable, "-c", program], env)
    return result.returncode, result.stdout.strip(), (result.stderr.strip().splitlines() or [""])[-1]


def test_every_variable_the_settings_read_is_documented_and_no_other() -> None:
    assert documented() == read_by_settings()


def test_the_page_says_rightly_what_production_cannot_do_without() -> None:
    assert needed_in_production() == set(SECURE)


def test_production_is_what_runs_when_nothing_is_said() -> None:
    assert start(SECURE, "settings.MODE, settings.DEBUG, settings.MFA_REQUIRED") == (
        0,
        "('production', False, True)",
        "",
    )


@pytest.mark.parametrize("missing", sorted(SECURE))
def test_production_does_not_start_without(missing: str) -> None:
    code, _, sentence = start({name: value for name, value in SECURE.items() if name != missing})
    assert code == 1
    assert sentence.endswith(f"Set {missing}. docs/settings.md says what it is for.")


@pytest.mark.parametrize(
    ("unsafe", "sentence"),
    [
        ({"CSPR_SITE_URL": "http://reviews.example"}, "CSPR_SITE_URL must begin with https://."),
        ({"CSPR_CLAMAV": "tcp://scanner"}, "CSPR_CLAMAV must be the path of a socket, or host:port."),
        ({"CSPR_SECRET_KEY": "short"}, "CSPR_SECRET_KEY must be 50 random characters or more."),
        ({"CSPR_FIELD_KEYS": "short"}, "CSPR_FIELD_KEYS: every key is 64 hexadecimal digits."),
        ({"CSPR_FIELD_KEYS": "0" * 64}, "CSPR_FIELD_KEYS must be random: see .env.example."),
        ({"CSPR_ALLOWED_HOSTS": "*"}, "CSPR_ALLOWED_HOSTS must name the hosts; * would accept any."),
        ({"DATABASE_URL": "sqlite:///x"}, "Production needs PostgreSQL: set DATABASE_URL=postgres://…"),
        ({"CSPR_MODE": "debug"}, "CSPR_MODE must be production, demo or test."),
        ({"CSPR_OIDC_CLIENT_ID": "x"}, "Set CSPR_OIDC_SERVER_URL. docs/settings.md says what it is for."),
        (
            {"CSPR_OIDC_CLIENT_ID": "x", "CSPR_OIDC_SERVER_URL": "https://sign-in.example/common/v2.0"},
            "CSPR_OIDC_SERVER_URL must name your own tenant.",
        ),
    ],
)
def test_production_does_not_start_with(unsafe: dict[str, str], sentence: str) -> None:
    code, _, last_line = start(SECURE | unsafe)
    assert code == 1
    assert last_line.endswith(sentence)


def test_cookies_are_host_bound_and_encrypted_in_production() -> None:
    shown = "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE"
    assert start(SECURE, shown)[1] == "('__Host-session', '__Host-csrf', True)"


def test_no_page_of_the_documentation_holds_a_working_secret_key() -> None:
    for page in [*ROOT.glob("docs/*.md"), ROOT / ".env.example", ROOT / "docker-compose.yml"]:
        assert re.findall(r"SECRET_KEY[=:]\s*[A-Za-z0-9]{20,}", page.read_text()) == []
