"""「窓口の実績」: what cases and waiting took."""
