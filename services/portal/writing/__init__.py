"""The pages of those who write a report together: their desk, the workshop, the plan, the sign-off."""
