"""Rows for tests, with the traits that tests speak of. Rooms keep factories of their own models beside them."""

from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory, sign_in

__all__ = ["PASSWORD", "StaffFactory", "sign_in"]
