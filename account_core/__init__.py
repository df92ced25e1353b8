"""Accounts of a telecom operator: the library that voice, SMS, USSD and the desk share."""
