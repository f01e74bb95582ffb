"""What admins see: failed deliveries, the audit, and the daily counts."""
