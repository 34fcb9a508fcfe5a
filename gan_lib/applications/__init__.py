"""Three applications of GANs, each after its paper and at the size of Fashion-MNIST: StackGAN, Pix2Pix, SRGAN.

Each module has the same functions: `pairs` makes what to train on, `build` the two players, compiled, `followed` the conditions
whose images a recording shows, and `scores` measures a generator on held-out images.
"""

APPLICATIONS = ("stackgan", "pix2pix", "srgan")
