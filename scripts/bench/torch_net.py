"""The net of digitnet in PyTorch, and an epoch of its training."""

import torch

CLASSES = 10


def make(inputs, hidden):
    layers = []
    for width in hidden:
        layers += [torch.nn.Linear(inputs, width), torch.nn.ReLU()]
        inputs = width
    return torch.nn.Sequential(*layers, torch.nn.Linear(inputs, CLASSES))


def train_epoch(net, optimiser, images, labels, batch_size, augment=None, schedule=None):
    """All in memory and batches cut by index: a DataLoader takes longer than this net."""
    loss_of = torch.nn.CrossEntropyLoss()
    order = torch.randperm(len(images))
    for begin in range(0, len(images), batch_size):
        batch = order[begin:begin + batch_size]
        inputs = augment(images[batch]) if augment else images[batch]
        loss = loss_of(net(inputs), labels[batch])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if schedule:
            schedule.step()
