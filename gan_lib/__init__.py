"""Generative adversarial networks in Keras: the package that the GAN book imports.

Import what you need from its modules, such as `from gan_lib.training import GAN`; importing `gan_lib` alone
imports no TensorFlow.
"""
