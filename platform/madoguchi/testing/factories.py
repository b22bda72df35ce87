"""Rows that tests of every room need; a plugin keeps the factories of its models beside its tests."""

from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory, sign_in

__all__ = ["PASSWORD", "StaffFactory", "sign_in"]
