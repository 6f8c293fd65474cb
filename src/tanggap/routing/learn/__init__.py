"""What the shop's own history teaches: rates, minutes, patience, lifetime values, margins and the price of a minute."""
