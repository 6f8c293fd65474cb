"""The canonical tables (one schema file each), their validation, and the lake that holds them."""
