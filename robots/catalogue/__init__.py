"""The robots, one module each; its data, if any, stands beside it under the same name.

A city changes a robot's data by putting its own file of that name into `<data>/robots/`.
"""
