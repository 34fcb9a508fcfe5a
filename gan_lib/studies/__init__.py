"""What single chapters look into: games, points in the plane, probes of a network, latent space, older recipes, losses."""
