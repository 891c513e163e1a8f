"""Accounts and sign-in on the command line, and what each command needs of who signed in."""
