"""A plugin of another house, built as a wheel and installed beside ours."""
