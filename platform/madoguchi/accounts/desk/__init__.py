"""What makes a desk of staff comfortable: lists, saved views, undo, drafts, shortcuts, what was open last."""
