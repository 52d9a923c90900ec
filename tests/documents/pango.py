"""Without Pango the tests that set text are left out, and say so."""

import pytest

from cspr.documents.pdf import PANGO
from tests.machine import has_pango

needs_pango = pytest.mark.skipif(not has_pango(), reason=f"Pango is missing: {PANGO}")
