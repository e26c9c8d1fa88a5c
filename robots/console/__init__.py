"""The console of the robots: what ran, what each record became, what stopped, and starting a run."""
