"""Facts: what events say of conversations, replies, promises, agents' days, customers and orders."""
