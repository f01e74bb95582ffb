"""How much each of `FEATURES` counts for ranking, and of `SIGNS` for being sure and for being related.

Written by `tools/fit_guidance.py`, not by hand.
"""

RANK = (0.289, 0.790, 0.811, 0.335, 0.993, 1.322, 0.873)
SURE = (-7.519, 3.840, 1.275, 0.880, 0.719, 0.529, -0.459, -1.563)
RELATED = (-3.624, 1.156, -0.096, 0.113, 4.026, 1.145, -0.456, -2.143)
