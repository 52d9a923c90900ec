"""A hundred thousand cases: laid out, swept, driven by ten people at once, lost and brought back.

``filling`` lays them out, ``place`` makes the database for them, and each measurement is a program of its own.
"""
