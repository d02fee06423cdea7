#!/usr/bin/env python3
"""torch.onnx.export of a network, timed, for the benchmarks.

torch_export.py NETWORK FOLDER [--size 224] [--opset 17] [--threads 0]
    makes NETWORK (lenet-bn, or any of torchvision.models) with seeded weights and statistics, exports it in evaluation mode with a
    symbolic batch axis to FOLDER/theirs.onnx, and leaves its weights for the other side to load: FOLDER/weights.txt has a line "KEY SHAPE"
    for each tensor, FOLDER/weights.bin their elements in that order, little-endian float32. Prints one JSON object: the seconds that
torch.onnx.export took (not counted: Python's start, imports, making the network), versions, threads.

Exits with 77 when torch or torchvision is not installed or does not load.
"""
import argparse
import json
import pathlib
import platform
import sys
import time

try:
    import numpy  # noqa: F401  (tensors are written through it)
    import torch
    import torchvision
except Exception as error:  # not installed, or not able to load: either way there is no peer here
    print(error, file=sys.stderr)
    sys.exit(77)


class LeNetBN(torch.nn.Module):
    """MLPipeline.Models' lenet-bn, layer by layer."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = torch.nn.Conv2d(1, 6, 5), torch.nn.BatchNorm2d(6)
        self.conv2, self.bn2 = torch.nn.Conv2d(6, 16, 5), torch.nn.BatchNorm2d(16)
        self.fc1, self.bn3 = torch.nn.Linear(256, 120), torch.nn.BatchNorm1d(120)
        self.fc2, self.bn4 = torch.nn.Linear(120, 84), torch.nn.BatchNorm1d(84)
        self.fc3 = torch.nn.Linear(84, 10)

    def forward(self, x):
        x = torch.nn.functional.max_pool2d(torch.sigmoid(self.bn1(self.conv1(x))), 2)
        x = torch.nn.functional.max_pool2d(torch.sigmoid(self.bn2(self.conv2(x))), 2).flatten(1)
        x = torch.sigmoid(self.bn3(self.fc1(x)))
        x = torch.sigmoid(self.bn4(self.fc2(x)))
        return self.fc3(x)


def network_of(name):
    torch.manual_seed(1)
    network = LeNetBN() if name == "lenet-bn" else getattr(torchvision.models, name)()
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)):
                # A fresh batch norm does nothing: give each one work to do, and keep the signal's size about 1.
                module.weight.uniform_(0.7, 1.1)
                module.bias.uniform_(-0.2, 0.2)
                module.running_mean.uniform_(-0.2, 0.2)
                module.running_var.uniform_(0.8, 1.5)
    return network.eval()


def write_weights(network, folder):
    tensors = {key: value for key, value in network.state_dict().items() if value.is_floating_point()}
    lines = [f"{key} {'x'.join(str(n) for n in value.shape)}" for key, value in tensors.items()]
    (folder / "weights.txt").write_text("\n".join(lines) + "\n")
    with open(folder / "weights.bin", "wb") as file:
        for value in tensors.values():
            file.write(value.numpy().astype("<f4").tobytes())


def main():
    arguments = argparse.ArgumentParser(description="torch.onnx.export of a network, timed")
    arguments.add_argument("network")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--size", type=int, default=224)
    arguments.add_argument("--opset", type=int, default=17)
    arguments.add_argument("--threads", type=int, default=0, help="0: torch's own choice")
    given = arguments.parse_args()
    if given.threads > 0:
        torch.set_num_threads(given.threads)
    given.folder.mkdir(parents=True, exist_ok=True)
    network = network_of(given.network)
    write_weights(network, given.folder)
    image = torch.zeros(1, 1 if given.network == "lenet-bn" else 3, given.size, given.size)
    batch = {0: "batch"}
    started, busy = time.perf_counter(), time.process_time()
    torch.onnx.export(
        network, image, str(given.folder / "theirs.onnx"), opset_version=given.opset,
        input_names=["input"], output_names=["output"], dynamic_axes={"input": batch, "output": batch})
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    print(json.dumps({
        "seconds": seconds, "processorSeconds": busy, "python": platform.python_version(), "torch": torch.__version__,
        "torchvision": torchvision.__version__, "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    main()
