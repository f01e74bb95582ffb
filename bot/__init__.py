"""iso-bot: meetings, campaigns, onboarding and guidance for networks of International Solidarity Officers."""
