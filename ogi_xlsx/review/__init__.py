"""Is a return right: verdicts by exact arithmetic, the second opinion of `formulas`, likely causes."""
