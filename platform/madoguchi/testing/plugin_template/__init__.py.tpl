"""PLUGIN_LABEL: residents write a note, staff read it."""
