"""One module of URL patterns per zone; plugins are mounted through the hook ``urls``."""
