"""The command line that the peers' scripts share."""

import argparse


def parse(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", required=True, help="folder of plain IDX files")
    parser.add_argument("--hidden", required=True, help="widths of the hidden layers, as in 512,256")
    parser.add_argument("--batch-size", required=True, type=int)
    parser.add_argument("--lr", required=True, type=float)
    parser.add_argument("--epochs", required=True, type=int)
    parser.add_argument("--threads", type=int, default=1, help="PyTorch's; those of OpenBLAS: OPENBLAS_NUM_THREADS")
    parser.add_argument("--limit", type=int, help="use only so many images")
    options = parser.parse_args()
    options.hidden = [int(width) for width in options.hidden.split(",")]
    return options
