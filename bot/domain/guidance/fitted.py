"""How much each of `FEATURES` counts for ranking, and of `SIGNS` for being sure and for being related.

Written by `tools/fit_guidance.py`, not by hand.
"""

RANK = (0.269, 1.047, 0.094, 0.395, 0.348, 0.573, 0.507, 0.568, 0.337)
SURE = (-6.968, 0.356, 1.532, 0.565, -1.169, 0.779, 1.661, 0.122, -0.788, -2.313, 0.118, -0.224, -0.145)
RELATED = (0.686, 0.019, 0.003, 0.175, -2.011, 0.930, 2.571, 0.022, -0.883, -2.821, 0.121, -0.325, -0.159)
