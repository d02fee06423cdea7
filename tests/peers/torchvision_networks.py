#!/usr/bin/env python3
"""What torchvision says about its networks, for the tests of MLPipeline.Models.

torchvision_networks.py keys FOLDER
    writes FOLDER/<network>.txt: the number of parameters, then one line per state-dict entry, key and shape; the five
    entries of a batch norm share one line, its key and width. Regenerates tests/MLPipeline.Models.Tests/Expected.

torchvision_networks.py forward FOLDER NETWORK...
    writes each network with random weights and statistics, an input of 2 x 3 x 64 x 64 and the network's output, in
    evaluation mode: FOLDER/<network>/index.txt names each tensor's file and shape; the files are raw little-endian float32.

Exits with 77 when torch or torchvision is not installed or does not load.
"""
import pathlib
import sys

try:
    import numpy  # noqa: F401  (tensors are written through it)
    import torch
    import torchvision
except Exception as error:  # not installed, or not able to load: either way there is no peer here
    print(error, file=sys.stderr)
    sys.exit(77)

NETWORKS = [
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
    "densenet121", "densenet161", "densenet169", "densenet201",
]


def shape_of(tensor):
    return "x".join(str(n) for n in tensor.shape) or "scalar"


def write_keys(folder):
    for name in NETWORKS:
        network = getattr(torchvision.models, name)()
        norms = {n: m.num_features for n, m in network.named_modules() if isinstance(m, torch.nn.BatchNorm2d)}
        lines = [f"parameters {sum(p.numel() for p in network.parameters())}"]
        lines += [f"batchnorm {key} {width}" for key, width in norms.items()]
        lines += [
            f"tensor {key} {shape_of(value)}"
            for key, value in network.state_dict().items()
            if key.rpartition(".")[0] not in norms
        ]
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")


def write_forward(name, folder):
    torch.manual_seed(1)
    network = getattr(torchvision.models, name)(num_classes=10).eval()
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                # A fresh batch norm does nothing: give each one work to do, and keep the signal's size about 1.
                module.weight.uniform_(0.7, 1.1)
                module.bias.uniform_(-0.2, 0.2)
                module.running_mean.uniform_(-0.2, 0.2)
                module.running_var.uniform_(0.8, 1.5)
        image = torch.rand(2, 3, 64, 64)
        tensors = {"input": image, "output": network(image), **network.state_dict()}
    lines = []
    for i, (key, value) in enumerate(tensors.items()):
        if value.is_floating_point():
            (folder / f"{i}.bin").write_bytes(value.numpy().astype("<f4").tobytes())
            lines.append(f"{key} {i}.bin {shape_of(value)}")
    (folder / "index.txt").write_text("\n".join(lines) + "\n")


def main(command, folder, *networks):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if command == "keys":
        write_keys(folder)
        return
    for name in networks:
        (folder / name).mkdir(exist_ok=True)
        write_forward(name, folder / name)


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("keys", "forward"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
