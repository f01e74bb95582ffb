"""The fault tests that need the whole bot stand on the ground of the flow tests."""

from tests.cogs.conftest import database, document, fresh, ground

__all__ = ["database", "document", "fresh", "ground"]
