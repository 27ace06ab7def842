#!/usr/bin/env python3
"""Print what PyTorch computes for a small net, as the C header tests/support/torch_reference.h.

    scripts/reference_torch.py > tests/support/torch_reference.h

The net is nn.Sequential(Linear(12, 8), ReLU, Linear(8, 5)) with cross entropy and SGD, on six samples. Inputs, weights
and labels follow from integer formulas, as multiples of 1/64, which float32 holds exactly; tests/train/torch_test.c
computes the same ones. Needs PyTorch (Debian: python3-torch); the header was made with PyTorch 1.13.
"""

import sys

import torch

INPUTS, HIDDEN, CLASSES, SAMPLES = 12, 8, 5, 6
LEARNING_RATE = 0.5
STEPS = 3
# The second run: Nesterov's momentum, and weight decay on the weights alone.
MOMENTUM, WEIGHT_DECAY = 0.9, 0.1
# Closer to zero than this, a ReLU's input could fall on the other side elsewhere.
KINK = 1e-3
PER_LINE = 4


def pattern(shape, start, scale):
    """Multiples of 1/64 from -scale/64 on, place by place in C order."""
    count = torch.Size(shape).numel()
    numbers = [((place + start) * 47 % (2 * scale + 1) - scale) / 64 for place in range(count)]
    return torch.tensor(numbers, dtype=torch.float32).reshape(shape)


def make_net():
    net = torch.nn.Sequential(
        torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
    with torch.no_grad():
        net[0].weight.copy_(pattern((HIDDEN, INPUTS), 1, 31))
        net[0].bias.copy_(pattern((HIDDEN,), 2, 15))
        net[2].weight.copy_(pattern((CLASSES, HIDDEN), 3, 40))
        net[2].bias.copy_(pattern((CLASSES,), 4, 15))
    return net


def print_array(name, tensor):
    numbers = ["%.9eF" % value for value in tensor.detach().flatten().tolist()]
    print("static const float %s[%d] = { /* %s */" % (name, len(numbers), list(tensor.shape)))
    for first in range(0, len(numbers), PER_LINE):
        print("    %s," % ", ".join(numbers[first:first + PER_LINE]))
    print("};")


def print_parameters(net, prefix, value_of):
    for name, parameter in net.named_parameters():
        print_array("%s_%s" % (prefix, name.replace(".", "_")), value_of(parameter))


def check_kink(net, x):
    nearest = net[0](x).abs().min().item()
    if nearest < KINK:
        sys.exit("reference_torch.py: a hidden unit is only %g from the kink: change the pattern" % nearest)


def learn(net, optimiser, x, labels, before_step=lambda step, logits: None):
    """The losses before each of the steps."""
    loss_of = torch.nn.CrossEntropyLoss()
    losses = []
    for step in range(STEPS):
        check_kink(net, x)
        optimiser.zero_grad()
        logits = net(x)
        loss = loss_of(logits, labels)
        loss.backward()
        before_step(step, logits)
        losses.append(loss.detach())
        optimiser.step()
    return torch.stack(losses)


def plain_steps(x, labels):
    net = make_net()

    def print_first(step, logits):
        if step == 0:
            print_array("torch_logits", logits)
            print_parameters(net, "torch_grad", lambda parameter: parameter.grad)

    losses = learn(net, torch.optim.SGD(net.parameters(), lr=LEARNING_RATE), x, labels, print_first)
    print("\n/* Before each of the steps, and what they lead to. */")
    print_array("torch_losses", losses)
    print_parameters(net, "torch_trained", lambda parameter: parameter)


def nesterov_steps(x, labels):
    net = make_net()
    groups = [{"params": [net[0].weight, net[2].weight], "weight_decay": WEIGHT_DECAY},
              {"params": [net[0].bias, net[2].bias]}]
    optimiser = torch.optim.SGD(groups, lr=LEARNING_RATE, momentum=MOMENTUM, nesterov=True)
    print("\n/* The same with Nesterov's momentum %g, and weight decay %g on the weights alone. */"
          % (MOMENTUM, WEIGHT_DECAY))
    print_array("torch_nesterov_losses", learn(net, optimiser, x, labels))
    print_parameters(net, "torch_nesterov", lambda parameter: parameter)


def main():
    if len(sys.argv) > 1:
        print(__doc__)
        return
    x = pattern((SAMPLES, INPUTS), 5, 64)
    labels = torch.tensor([(3 * sample + 1) % CLASSES for sample in range(SAMPLES)])
    print("/** Made by scripts/reference_torch.py with PyTorch %s: a net %d-%d-%d, learning rate %g. Do not edit. */"
          % (torch.__version__, INPUTS, HIDDEN, CLASSES, LEARNING_RATE))
    print("#ifndef DN_TESTS_TORCH_REFERENCE_H\n#define DN_TESTS_TORCH_REFERENCE_H\n\n/* clang-format off */")
    plain_steps(x, labels)
    nesterov_steps(x, labels)
    print("/* clang-format on */\n\n#endif")


main()
