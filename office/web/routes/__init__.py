"""Web: decision routes – what waits for a decision, and the administrator's page of routes and deputies."""
