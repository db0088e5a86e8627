"""keras.applications: of each module the smallest model, with the smallest images that it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

#: What legacy Keras alone has.
_LEGACY = ("keras<3",)


@dataclass(frozen=True)
class Application:
    """A module of keras.applications.

    Attributes:
        function: What makes its smallest model.
        side: Of the smallest images that it takes, in pixels.
        arguments: What makes the model smaller still.
        needs: PEP 508 requirements on the environment; "keras" is the Keras that TensorFlow uses.
    """

    function: str
    side: int = 32
    arguments: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


_NARROW = {"alpha": 0.25}

APPLICATIONS: Mapping[str, Application] = {
    "convnext": Application("ConvNeXtTiny"),
    "densenet": Application("DenseNet121"),
    "efficientnet": Application("EfficientNetB0"),
    "efficientnet_v2": Application("EfficientNetV2B0"),
    "inception_resnet_v2": Application("InceptionResNetV2", 75),
    "inception_v3": Application("InceptionV3", 75),
    "mobilenet": Application("MobileNet", arguments=_NARROW),
    "mobilenet_v2": Application("MobileNetV2", arguments=_NARROW),
    "mobilenet_v3": Application("MobileNetV3Small", arguments=_NARROW),
    "nasnet": Application("NASNetMobile"),
    "regnet": Application("RegNetX002", needs=_LEGACY),
    "resnet": Application("ResNet50"),
    "resnet_rs": Application("ResNetRS50", needs=_LEGACY),
    "resnet_v2": Application("ResNet50V2"),
    "vgg16": Application("VGG16"),
    "vgg19": Application("VGG19"),
    "xception": Application("Xception", 71),
}
