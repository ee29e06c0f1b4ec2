"""Bulk by hand: files of customers in, and out. What comes in takes the way of the manual channel."""
