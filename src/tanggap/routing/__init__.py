"""Who answers: the worth of a person's time on a conversation, here and now. The desk and the simulator call it."""
