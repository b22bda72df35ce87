"""The two markers of the project: where a hook is specified and where it is implemented."""

import pluggy

PROJECT = "madoguchi"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
