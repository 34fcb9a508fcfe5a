"""Matplotlib figures, with one colour for each actor of the book. Every function returns a Figure, and none trains anything."""

from gan_lib.plots.images import COLOURS, LINES, image_grid, plot_images, plot_maps, plot_pixels, plot_samples
from gan_lib.plots.points import plot_arrows, plot_clouds, plot_coverage, plot_latent_map, plot_plane, plot_points
from gan_lib.plots.probes import plot_company, plot_judgement, plot_race
from gan_lib.plots.runs import plot_distances, plot_losses, plot_moment, plot_runs

__all__ = [
    "COLOURS",
    "LINES",
    "image_grid",
    "plot_arrows",
    "plot_clouds",
    "plot_company",
    "plot_coverage",
    "plot_distances",
    "plot_images",
    "plot_judgement",
    "plot_latent_map",
    "plot_losses",
    "plot_moment",
    "plot_maps",
    "plot_pixels",
    "plot_plane",
    "plot_points",
    "plot_race",
    "plot_runs",
    "plot_samples",
]
