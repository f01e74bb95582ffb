"""How much each of `FEATURES` counts for ranking, and of `SIGNS` for being sure and for being related.

Written by `tools/fit_guidance.py`, not by hand.
"""

RANK = (0.267, 0.993, 0.114, 0.368, 0.347, 0.577, 0.500, 0.562, 0.344)
SURE = (-6.275, -0.505, 1.760, 0.686, -1.004, 1.209, 1.646, 0.004, -0.560, -2.015, 0.064, -0.253, -0.169)
RELATED = (-0.478, -1.940, 0.283, 0.661, -1.793, 1.281, 2.743, -0.173, -0.643, -2.010, -0.098, -0.525, -0.292)
