"""The words of residents' pages: in their language, plain, and the same on the way."""
