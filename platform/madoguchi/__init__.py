"""The foundation of Madoguchi: mechanism and vocabulary shared by all cities."""
