#!/usr/bin/env python3
"""Print the versions of the peers that are here, and which BLAS they multiply with."""

import importlib
import platform

print("Python", platform.python_version())
for title, module in (("PyTorch", "torch"), ("scikit-learn", "sklearn"), ("NumPy", "numpy")):
    try:
        print(title, importlib.import_module(module).__version__)
    except ImportError:
        print(title, "is not installed")
try:
    import threadpoolctl
    for library in threadpoolctl.threadpool_info():
        if library["user_api"] == "blas":
            print("BLAS:", library["internal_api"], library["version"], "for", library.get("architecture"), "at",
                  library["filepath"])
except ImportError:
    print("BLAS: threadpoolctl, which could tell, is not installed")
