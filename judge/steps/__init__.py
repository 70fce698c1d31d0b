"""The line, one file per step: guard, criteria, evidence, critique, vote, settle.

A step takes values and gives values. It knows neither its neighbours nor the graph that orders them.
"""
