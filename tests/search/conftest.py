"""The real releases that the tests of Thai text use."""

from tests.thai.conftest import real_texts

__all__ = ["real_texts"]
