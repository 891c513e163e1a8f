"""HTTP: the tables of commands and questions as routes, told in OpenAPI, with live lines."""
