"""dbt asks each adapter for the version of dbt-adapters that it was made for."""

version = "1.11.0"
