#!/usr/bin/env python3
"""Reads and writes safetensors with numpy and torch alone, for the tests of MLPipeline.Models.

safetensors_peer.py make FOLDER NETWORK...
    writes torchvision's network with random weights and statistics as FOLDER/<network>.safetensors, DenseNets under the keys
    of torchvision's published files (norm.1), and FOLDER/<network>.run.safetensors with an input and its output.

safetensors_peer.py check FOLDER NETWORK FILE
    loads FILE, written by another program, strictly into torchvision's network, runs it on the input and prints the largest
    difference from the output.

Exits with 77 when torch, torchvision or numpy is not installed or does not load.
"""
import json
import pathlib
import re
import struct
import sys

try:
    import numpy  # noqa: F401  (tensors become bytes through it)
    import torch
    import torchvision
except Exception as error:  # not installed, or not able to load: either way there is no peer here
    print(error, file=sys.stderr)
    sys.exit(77)

TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "I64": torch.int64, "I32": torch.int32,
         "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool}


def save(tensors, path):
    names = {v: k for k, v in TYPES.items()}
    header, at, chunks = {"__metadata__": {"format": "pt"}}, 0, []
    for key, tensor in tensors.items():
        chunks.append(tensor.contiguous().numpy().tobytes())
        header[key] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(chunks[-1])]}
        at += len(chunks[-1])
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def load(path):
    content = pathlib.Path(path).read_bytes()
    start = 8 + struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    return {key: torch.frombuffer(bytearray(content[start + e["data_offsets"][0]:start + e["data_offsets"][1]]), dtype=TYPES[e["dtype"]])
            .reshape(e["shape"]) for key, e in header.items()}


def make(folder, name):
    torch.manual_seed(7)
    network = getattr(torchvision.models, name)().eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            # A fresh batch norm does nothing: give each one work to do, and keep the signal's size about 1.
            module.weight.data.uniform_(0.7, 1.1)
            module.bias.data.uniform_(-0.2, 0.2)
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.8, 1.5)
    old = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))([12]\.)")
    save({old.sub(r"\1.\2", k): v for k, v in network.state_dict().items() if not (name.startswith("dense") and k.endswith("tracked"))},
         folder / f"{name}.safetensors")
    x = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        save({"input": x, "output": network(x)}, folder / f"{name}.run.safetensors")


def check(folder, name, path):
    network = getattr(torchvision.models, name)().eval()
    network.load_state_dict(load(path))
    run = load(folder / f"{name}.run.safetensors")
    with torch.no_grad():
        print(float((network(run["input"]) - run["output"]).abs().max()))


folder = pathlib.Path(sys.argv[2])
if sys.argv[1] == "make":
    for network_name in sys.argv[3:]:
        make(folder, network_name)
else:
    check(folder, sys.argv[3], sys.argv[4])
