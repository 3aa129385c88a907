"""The documentation as a site: pages written by hand, and pages made from what the code says of itself."""
