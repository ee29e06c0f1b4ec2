"""The customer hub: one trustworthy record of each customer.

The rooms follow the flow: gather, validate, standardise, match, merge, publish, backup. They hand
over tables, never imports; `flows` (Airflow), `steward` (web) and `cli` (people) are the only doors.
"""
