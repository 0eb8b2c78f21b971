"""Azure on this machine, so that the product can be deployed, called and tested offline."""
