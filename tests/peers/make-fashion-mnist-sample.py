#!/usr/bin/env python3
"""Makes the sample of Fashion-MNIST that MLPipeline.Training embeds.

    make-fashion-mnist-sample.py WHOLE_SET_FOLDER SAMPLE_FOLDER

The rule: of each part, the first images of every class in file order (600 of each from the training part, 100 of each
from the test part), kept in the order of the file. No random choice, so that anybody gets the same images. The gzip
header carries neither name nor time.
"""
import gzip
import os
import struct
import sys

PARTS = [("train", 600), ("t10k", 100)]
CLASSES, HEADER_IMAGES, HEADER_LABELS = 10, 16, 8


def read(folder, name):
    with gzip.open(os.path.join(folder, name), "rb") as file:
        return file.read()


def write(folder, name, content):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(gzip.compress(content, compresslevel=9, mtime=0))


def first_of_each_class(labels, per_class):
    taken = [0] * CLASSES
    for index, label in enumerate(labels):
        if taken[label] < per_class:
            taken[label] += 1
            yield index


def main(whole, sample):
    for part, per_class in PARTS:
        images, labels = read(whole, f"{part}-images-idx3-ubyte.gz"), read(whole, f"{part}-labels-idx1-ubyte.gz")
        magic, _, height, width = struct.unpack(">4I", images[:HEADER_IMAGES])
        size = height * width
        chosen = list(first_of_each_class(labels[HEADER_LABELS:], per_class))
        starts = (HEADER_IMAGES + index * size for index in chosen)
        write(sample, f"{part}-images-idx3-ubyte.gz",
              struct.pack(">4I", magic, len(chosen), height, width) + b"".join(images[start:start + size] for start in starts))
        write(sample, f"{part}-labels-idx1-ubyte.gz",
              labels[:4] + struct.pack(">I", len(chosen)) + bytes(labels[HEADER_LABELS + index] for index in chosen))
        print(f"{part}: {len(chosen)} images, the last is number {chosen[-1]} of the whole")


if __name__ == "__main__":
    main(*sys.argv[1:])
