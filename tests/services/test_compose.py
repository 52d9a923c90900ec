"""The compose file, without Docker: the very same commands in the very same environment; its variables."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.house.settings_reader import documented, read_by_settings
from tests.machine import unused_port
from tests.services import compose
from tests.services.programs import Environment, as_the_site, eventually, run, running

FILLED_IN = {
    "CSPR_SITE_URL": "https://reviews.partnership.example",
    "CSPR_ALLOWED_HOSTS": "reviews.partnership.example",
    "CSPR_FROM_EMAIL": "case-reviews@partnership.example",
    "CSPR_SECRET_KEY": secrets.token_hex(32),
    "CSPR_FIELD_KEYS": secrets.token_hex(32),
    "CSPR_SMTP_HOST": "mail",
    "CSPR_SMTP_PORT": "1025",
    "CSPR_SMTP_TLS": "0",
    "POSTGRES_PASSWORD": secrets.token_hex(16),
    "POSTGRES_APP_PASSWORD": secrets.token_hex(16),
    "REDIS_PASSWORD": secrets.token_hex(16),
}


# --- the file -----------------------------------------------------------------------------------------------


@pytest.mark.once
def test_every_variable_given_to_our_programs_is_documented() -> None:
    for service in compose.OURS:
        assert set(compose.services()[service]["environment"]) - documented() == set()


@pytest.mark.once
def test_our_programs_are_given_every_variable_the_settings_read() -> None:
    for service in compose.OURS:
        assert read_by_settings() - set(compose.services()[service]["environment"]) == set()


@pytest.mark.once
def test_the_example_names_every_variable_the_file_reads_and_no_other() -> None:
    example = (compose.ROOT / ".env.example").read_text()
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))
    insisted_on = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    assert named == set(compose.variables())
    assert insisted_on == {name for name, insists in compose.variables().items() if insists}


@pytest.mark.once
@pytest.mark.parametrize(
    "secret",
    ["CSPR_SECRET_KEY", "CSPR_FIELD_KEYS", "POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "REDIS_PASSWORD"],
)
def test_no_secret_has_a_default(secret: str) -> None:
    file = (compose.ROOT / "docker-compose.yml").read_text()
    with pytest.raises(compose.Unset, match=secret):
        compose.filled_in(file, FILLED_IN | {secret: ""})


@pytest.mark.once
def test_every_lasting_service_checks_its_own_health() -> None:
    lasting = set(compose.services()) - {"migrate", "mail"}
    assert {name for name, service in compose.services().items() if "healthcheck" in service} == lasting


@pytest.mark.once
def test_nothing_is_reachable_from_outside_this_machine() -> None:
    published = [port for service in compose.services().values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000", "127.0.0.1:8025:8025"]


# --- its programs -------------------------------------------------------------------------------------------


@dataclass
class Deployment:
    """What a machine with Docker would have: the network of the file mapped onto this machine."""

    folder: Path
    database: str
    redis_port: int
    web_port: int

    def environment(self, service: str) -> Environment:
        env = compose.environment(service, FILLED_IN)
        password = FILLED_IN["REDIS_PASSWORD"]
        owner = f"postgres://cspr:{FILLED_IN['POSTGRES_PASSWORD']}@db:5432/cspr"
        site = f"postgres://cspr_app:{FILLED_IN['POSTGRES_APP_PASSWORD']}@db:5432/cspr"
        here = {
            owner: self.database,
            site: as_the_site(self.database, FILLED_IN["POSTGRES_APP_PASSWORD"]),
            "": "",
        }
        assert env["DATABASE_URL"] == (owner if service == "migrate" else site)
        assert env["CSPR_APP_DATABASE_URL"] == (site if service == "migrate" else "")
        assert env["REDIS_URL"] == f"redis://:{password}@redis:6379/0"
        return env | {
            **{name: here[env[name]] for name in ("DATABASE_URL", "CSPR_APP_DATABASE_URL")},
            "REDIS_URL": f"redis://:{password}@127.0.0.1:{self.redis_port}/0",
            "CSPR_DATA_DIR": str(self.folder),
            "CSPR_STATIC_ROOT": str(self.folder / "static"),
        }

    def command(self, service: str) -> list[str]:
        port = {"web": ("0.0.0.0:8000", f"127.0.0.1:{self.web_port}")}.get(service, ("", ""))
        line = compose.command(service, FILLED_IN)
        return [word.replace(*port).replace("=/data/", f"={self.folder}/") for word in line]

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    @contextlib.contextmanager
    def up(self, *names: str) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            for name in names:
                stack.enter_context(running(self.command(name), self.environment(name), self.log(name)))
            yield

    def get(self, path: str) -> tuple[int, str]:
        """Asks as the proxy would: by the public name, saying that the outside was encrypted."""
        headers = {"Host": FILLED_IN["CSPR_ALLOWED_HOSTS"], "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.web_port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""


@pytest.fixture
def deployment(database_url: str, tmp_path: Path) -> Iterator[Deployment]:
    """PostgreSQL migrated by the file's own command; Redis started by the file's own command."""
    if not shutil.which("redis-server"):
        pytest.skip("needs the redis-server program: the file's own command starts it, with a password")
    deployment = Deployment(tmp_path, database_url, unused_port(), unused_port())
    migrated = run(deployment.command("migrate"), deployment.environment("migrate"))
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    line = compose.command("redis", FILLED_IN)
    line[-1] += f" --port {deployment.redis_port} --bind 127.0.0.1 --dir {tmp_path}"
    with running(line, compose.environment("redis", FILLED_IN), deployment.log("redis")):
        yield deployment


def parts(deployment: Deployment) -> dict[str, Any]:
    status, body = deployment.get("/health/ready")
    return json.loads(body)["parts"] if status in (200, 503) else {}


@pytest.mark.services
def test_web_worker_and_beat_of_the_compose_file_come_up_and_work_together(deployment: Deployment) -> None:
    with deployment.up("web"):
        eventually(lambda: deployment.get("/health/live")[0] == 200, "web is live", deployment.log("web"))
        assert parts(deployment)["database"] == {"ok": True}
        assert parts(deployment)["background_work"] == {"ok": False}, "nothing works yet, and it says so"
        with deployment.up("worker", "beat"):
            eventually(
                lambda: deployment.get("/health/ready")[0] == 200,
                "everything is well",
                deployment.log("worker"),
            )
            assert {name for name, part in parts(deployment).items() if part["ok"]} == set(parts(deployment))
            background = compose.health_check("worker")
            assert run(background, deployment.environment("worker")).returncode == 0


@pytest.mark.services
def test_the_deployment_check_tells_the_site_from_the_owner(deployment: Deployment) -> None:
    check = ["python", "manage.py", "check", "--deploy", "--database", "default", "--fail-level", "WARNING"]
    site = run(check, deployment.environment("web"))
    assert site.returncode == 0, site.stderr
    owner = run(check, deployment.environment("migrate"))
    assert owner.returncode == 1
    assert "(wall.E001) The database role that the site signs in with" in owner.stderr


@pytest.mark.services
def test_a_visitor_gets_styled_pages_from_the_collected_files(deployment: Deployment) -> None:
    env = deployment.environment("web")
    collected = run(["python", "manage.py", "collectstatic", "--no-input"], env)
    assert collected.returncode == 0, collected.stderr
    with deployment.up("web"):
        eventually(lambda: deployment.get("/health/live")[0] == 200, "web is live", deployment.log("web"))
        status, page = deployment.get("/")
        assert status == 200, deployment.log("web").read_text()[-3000:]
        sheets = re.findall(r'<link[^>]+href="(/static/[^"]+\.css)"', page)
        assert sheets
        assert [deployment.get(sheet)[0] for sheet in sheets] == [200] * len(sheets)
        assert all(re.search(r"\.[0-9a-f]{12}\.css$", sheet) for sheet in sheets)


@pytest.mark.services
def test_the_redis_of_the_compose_file_asks_for_its_password(deployment: Deployment) -> None:
    asked = [*compose.health_check("redis")]
    asked[-1] = asked[-1].replace("redis-cli", f"redis-cli -p {deployment.redis_port}")
    with_password = {"REDIS_PASSWORD": FILLED_IN["REDIS_PASSWORD"]}
    eventually(lambda: run(asked, with_password).returncode == 0, "redis answers", deployment.log("redis"))
    assert run(asked, {"REDIS_PASSWORD": ""}).returncode != 0


@pytest.mark.once
@pytest.mark.parametrize("words", [[], ["nonsense"], ["web", "extra"]])
def test_the_health_check_refuses_nonsense_in_one_line(words: list[str]) -> None:
    answer = run([sys.executable, "-m", "cspr.probe", *words], {})
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1


@pytest.mark.once
@pytest.mark.parametrize("question", ["web", "background"])
def test_the_health_check_says_no_where_nothing_runs(question: str, tmp_path: Path) -> None:
    env = {"CSPR_ALLOWED_HOSTS": "reviews.example", "CSPR_DATA_DIR": str(tmp_path)}
    assert run([sys.executable, "-m", "cspr.probe", question], env).returncode == 1
