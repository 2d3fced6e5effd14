"""The distribution "adversarial-autoencoders"; its import name ``aae`` is the folder ``src``."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
# Earlier versions of tf2onnx ask for an earlier protobuf than TensorFlow takes.
ONNX = ["tf2onnx>=1.17,<1.18", "onnx>=1.23,<1.24", "onnxruntime>=1.32,<1.33"]


def requirements():
    """Requirements of requirements.txt, without comments."""
    lines = (line.split("#")[0].strip() for line in (HERE / "requirements.txt").read_text().splitlines())
    return [line for line in lines if line]


setup(
    name="adversarial-autoencoders",
    version=re.search(r'__version__ = "(.+)"', (HERE / "src/__init__.py").read_text())[1],
    description="Adversarial autoencoders (Makhzani et al., arXiv 1511.05644) in TensorFlow and Keras",
    long_description=(HERE / "README.md").read_text(),
    long_description_content_type="text/markdown",
    license="MIT",
    python_requires=">=3.11,<3.14",
    packages=["aae", *(f"aae.{name}" for name in find_packages("src"))],
    package_dir={"aae": "src"},
    # src/recipes and src/results are links, through which the recipes and what they gave travel with the package.
    package_data={
        "aae": ["py.typed", "recipes/*.cfg", "results/published.json", "results/*/repeated.json"],
        "aae.explorer": ["static/*"],
        "aae.zoo": ["models/*"],
    },
    entry_points={
        "console_scripts": [
            "aae-mnist = aae.cli.aae_mnist:main",
            "vae-mnist = aae.cli.vae_mnist:main",
            "aae-compare = aae.cli.compare_codes:main",
            "aae-repeat = aae.cli.repeat:main",
            "aae-reproduce = aae.cli.reproduce:main",
            "aae-pack = aae.cli.pack:main",
            "aae-show = aae.cli.show:main",
            "aae-shapes = aae.cli.make_shapes:main",
        ]
    },
    install_requires=requirements(),
    extras_require={
        "dev": [
            "ruff>=0.15,<0.18",
            "pytest>=9,<10",
            "pytest-xdist>=3.6.1,<4",
            "playwright>=1.58,<2",
            "hypothesis>=6.130,<7",
            "scipy>=1.16",
            "setuptools>=77",
            "wheel>=0.45",
            *ONNX,
        ],
        "onnx": ONNX,
        # Both ends of each range have built the documentation.
        "docs": ["sphinx>=8.2,<9.1", "furo>=2025.7.19,<2026", "myst-nb>=1.3,<2", "ipykernel>=6.30,<8"],
    },
)
