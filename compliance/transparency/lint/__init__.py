"""The linter of transparency reports: each module looks for one kind of departure; `run.lint` joins them."""
