"""The rules of time: closed days, how a date rolls, when schedules fall, how periods are counted.

Pure rules over dates; knows no database and no clock.
"""
