"""What the API tells about itself: OpenAPI, AsyncAPI, and a page for each problem."""
