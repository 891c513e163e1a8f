"""Everything that touches the world: stores, edges, clocks, processes. It imports all rooms; none imports it."""
