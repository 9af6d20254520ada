"""A returned file opened: what is looked at before, its parts, and what stands in them."""
