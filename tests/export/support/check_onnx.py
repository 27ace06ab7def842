"""check_onnx.py MODEL.onnx IMAGES SCORES: the file passes ONNX's checker, and its graph, computed by numpy, gives the scores of export_scores."""
import sys

import numpy
import onnx
from onnx import numpy_helper


def compute(model, pixels):
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    values[model.graph.input[0].name] = pixels
    for node in model.graph.node:
        x = [values[name] for name in node.input]
        if node.op_type == "Gemm":
            assert [(a.name, a.i) for a in node.attribute] == [("transB", 1)]
            y = x[0] @ x[1].T + x[2]
        elif node.op_type == "Relu":
            y = numpy.maximum(x[0], 0)
        elif node.op_type == "Sigmoid":
            y = 1 / (1 + numpy.exp(-x[0]))
        elif node.op_type == "Mul":
            y = x[0] * x[1]
        else:
            assert node.op_type == "Softmax"
            powers = numpy.exp(x[0] - x[0].max(axis=1, keepdims=True))
            y = powers / powers.sum(axis=1, keepdims=True)
        values[node.output[0]] = y
    return values


def main():
    model = onnx.load(sys.argv[1])
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 7 and [(o.domain, o.version) for o in model.opset_import] == [("", 13)]
    with open(sys.argv[2], "rb") as file:
        pixels = numpy.frombuffer(file.read()[16:], numpy.uint8).reshape(-1, 784)
    with open(sys.argv[3]) as file:
        rows = [line.split()[1:] for line in file]
    scores = numpy.array([[int(bits, 16) for bits in row] for row in rows], numpy.uint32).view(numpy.float32)
    values = compute(model, pixels[: len(scores)].astype(numpy.float32) / numpy.float32(255))
    logits = values.get("scores", values["logits"])  # scores: divided by a temperature
    worst = numpy.abs(logits - scores[:, : logits.shape[1]]).max()
    assert worst < 1e-4, worst
    probabilities = numpy.exp(scores.astype(float))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    assert numpy.abs(values["probabilities"] - probabilities[:, : logits.shape[1]]).max() < 1e-5
    print(f"{len(scores)} images, logits within {worst:.1e}, metadata {[entry.key for entry in model.metadata_props]}")


main()
