"""Operations: the running system, simulation, travel times, development services, the public benchmark."""
