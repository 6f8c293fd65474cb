"""Tanggap: a customer-service desk that measures, routes and proves."""

__version__ = "0.1.0"
