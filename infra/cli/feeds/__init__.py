"""The command line of feeds: addresses of calendars."""
