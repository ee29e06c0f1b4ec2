"""The demo: three business days of four channels, end to end, through a real Airflow."""
