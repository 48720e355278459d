"""An issued bill as a LEDES file, for clients whose own systems read invoices (domain reference, section 2.7)."""
