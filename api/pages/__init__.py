"""Pages for people: what a router of the API asks of the domain, shown and asked for as HTML."""
