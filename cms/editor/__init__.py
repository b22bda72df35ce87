"""Pages of the editor where ours differ from those Wagtail brings."""
