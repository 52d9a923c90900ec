"""The PostgreSQL server on which the small versions of the measurements make their databases."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def server() -> str:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("needs DATABASE_URL; ./dev test finds or starts a server")
    return url
