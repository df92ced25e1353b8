"""Messages on their way out of the house and into it: gateways of SMS and mail, and what gateways tell us."""
