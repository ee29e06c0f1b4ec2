"""The door to the web: the steward's pages inside Airflow. Read-only, behind Airflow's own log-in.

Contact data leaves the server masked only; what a person searches for never stands in a URL.
"""
