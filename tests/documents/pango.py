"""Whether this machine can set text; without Pango the tests of PDFs are left out, and say so."""

import importlib

import pytest

from cspr.documents.pdf import PANGO

try:
    importlib.import_module("weasyprint")
except OSError:
    HAS_PANGO = False
else:
    HAS_PANGO = True

needs_pango = pytest.mark.skipif(not HAS_PANGO, reason=f"Pango is missing: {PANGO}")
