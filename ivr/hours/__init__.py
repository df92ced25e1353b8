"""When people answer: a week, public holidays, exceptions."""
