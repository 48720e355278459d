"""The card processor behind one small port, and the only processor there is, Stripe."""
