"""The leader's terms of a day: pinned, held, limited, kept apart, withdrawn, listed; and a visit placed by hand."""
