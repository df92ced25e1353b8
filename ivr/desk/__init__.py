"""The web desk: the agents' and the supervisors' pages, and the browser as a telephone."""
