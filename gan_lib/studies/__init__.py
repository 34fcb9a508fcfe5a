"""What single chapters look into: games, points in the plane, probes of a network, walks in latent space, older recipes, losses."""
