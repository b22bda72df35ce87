"""Everything one machine needs to run Madoguchi: embedded servers, supervisor, demo cities."""
