"""The door to Airflow: what DAG files may use. Nothing below this package imports airflow."""
