"""The living page: every part of our pages in every state, with what it is for."""
