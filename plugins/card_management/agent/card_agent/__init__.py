"""Reads the basic four items of a My Number card for the counter's browser.

It stands alone: nothing of Madoguchi is imported here, and Madoguchi imports nothing from here.
"""

VERSION = "0.1.0"
