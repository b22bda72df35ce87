"""Rows that tests of every room need; a plugin keeps the factories of its models beside its tests."""

from madoguchi.accounts.tests.factories import PASSWORD, RoleFactory, StaffFactory, sign_in
from madoguchi.places.tests.factories import PlaceFactory
from madoguchi.residents.tests.factories import ContactFactory

__all__ = ["PASSWORD", "ContactFactory", "PlaceFactory", "RoleFactory", "StaffFactory", "sign_in"]
