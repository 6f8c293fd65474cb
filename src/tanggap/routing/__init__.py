"""Who answers: the worth of a person's time on a conversation, here and now. Pure; the desk and the simulator call it."""
