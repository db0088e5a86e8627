"""keras-hub's families: a task for each, where it has one, and what makes a random one of it tiny."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from dev.sweep.numbers import VOCABULARY

# What a model is given to learn, beside its inputs.
CLASSES = "a class for each place of its output: an example, a token"
ONE_HOT = "the same for each pixel, as zeros and a one"
WEIGHED = "a class for each token, and a weight of one"
NUMBERS = "a number for each place of its output"
PAIRS = "which of the texts in its batch belongs to an image, and the reverse"
OWN = "the same, and it makes these labels itself"


@dataclass(frozen=True)
class Part:
    """A model or a layer that another one is made of.

    Attributes:
        model: Its class.
        arguments: What it is made with.
    """

    model: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Family:
    """A family of models.

    Attributes:
        backbone: The class of its backbones.
        arguments: What a tiny one is made with; parts are made first.
        task: What is made of the backbone; "" for a dense head on it, or for a backbone with labels of its own.
        task_arguments: What that is made with, besides.
        labels: What it learns.
        output: The output that a head is put on, of a backbone that has several.
        shape: Axes of its inputs that are open and not the length of a text, without the examples: by input.
        left_out: Why it is not tried; "" for one that is.
    """

    backbone: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    task: str = ""
    task_arguments: Mapping[str, Any] = field(default_factory=dict)
    labels: str = CLASSES
    output: str = ""
    shape: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    left_out: str = ""

    @property
    def with_head(self) -> bool:
        """Whether a dense head is put on the backbone: nothing else makes two classes of it."""
        return not self.task and self.labels not in (PAIRS, OWN)

    @property
    def name(self) -> str:
        """What is built, in words."""
        return self.task or (f"{self.backbone} and a head" if self.with_head else self.backbone)


_TWO = {"num_classes": 2}

_WIDTHS = {"num_layers": 2, "hidden_dim": 16, "intermediate_dim": 32}
_TEXT = {"vocabulary_size": VOCABULARY, **_WIDTHS}
_HEADS = {**_TEXT, "num_heads": 2}
_POSITIONS = {**_HEADS, "max_sequence_length": 16}
#: Of attention in which several queries share a key.
_GROUPS = {**_TEXT, "num_query_heads": 4, "num_key_value_heads": 2}
_EXPERTS = {"num_experts": 2, "top_k": 2}
_LINEAR = {
    "layer_types": ["linear_attention", "full_attention"],
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 4,
    "linear_value_head_dim": 4,
}
_ENCODER_AND_DECODER = {
    f"{side}_{name}": value
    for side in ("encoder", "decoder")
    for name, value in {
        "hidden_dim": 16,
        "intermediate_dim": 32,
        "num_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 4,
        "layer_types": ["sliding_attention", "full_attention"],
    }.items()
}

_IMAGE = (32, 32, 3)
_VISION = {**_WIDTHS, "num_heads": 2, "patch_size": 8, "image_shape": _IMAGE}
_RESNET = {
    "input_conv_filters": [64],
    "input_conv_kernel_sizes": [7],
    "stackwise_num_filters": [64, 8, 8],  # it wants 64 first
    "stackwise_num_blocks": [1, 1, 1],
    "stackwise_num_strides": [1, 2, 2],
    "block_type": "basic_block",
}
_MIT = {
    "num_layers": 2,
    "hidden_dims": [8, 16],
    "layerwise_depths": [1, 1],
    "layerwise_num_heads": [1, 2],
    "layerwise_sr_ratios": [2, 1],
    "layerwise_patch_sizes": [7, 3],
    "layerwise_strides": [4, 2],
    "max_drop_path_rate": 0.1,
    "image_shape": _IMAGE,
}


def _two_encoders(prefix: str, **arguments: Any) -> Mapping[str, Any]:
    """Of images and of texts: what CLIP and its like are made of."""
    text = {**_POSITIONS, "max_sequence_length": 6, "embedding_dim": 16}
    return {
        "vision_encoder": Part(f"{prefix}VisionEncoder", {**_VISION, "name": "vision_encoder"}),
        "text_encoder": Part(f"{prefix}TextEncoder", {**text, "name": "text_encoder"}),
        **arguments,
    }


_NO_MODEL = "it is what other backbones are made of"
_DIFFUSION = "it makes images of noise, in many steps, with several pretrained models"
_BOXES = "it learns boxes, of which every image has another number"
_NOT_TRAINED = "its task cannot be trained: fit() says that it is not implemented"

FAMILIES: Mapping[str, Family] = {
    "albert": Family("AlbertBackbone", {**_POSITIONS, "embedding_dim": 16}, "AlbertTextClassifier", _TWO),
    "bart": Family("BartBackbone", _POSITIONS, "BartSeq2SeqLM"),
    "basnet": Family("BASNetBackbone", left_out="its tiniest model has more than forty million weights"),
    "bert": Family("BertBackbone", _POSITIONS, "BertTextClassifier", _TWO),
    "blip2": Family(
        "BLIP2Backbone",
        {
            "vision_encoder": Part(
                "BLIP2VisionEncoder",
                {
                    **_WIDTHS,
                    "num_heads": 2,
                    "image_size": 32,
                    "patch_size": 8,
                    "use_patch_bias": True,
                    "use_class_token": True,
                    "use_mha_bias": True,
                    "use_mlp_bias": True,
                    "dropout_rate": 0.0,
                    "layer_norm_epsilon": 1e-6,
                    "initializer_range": 0.02,
                },
            ),
            "qformer": Part(
                "BLIP2QFormer",
                {
                    **_WIDTHS,
                    "num_heads": 2,
                    "num_query_tokens": 2,
                    "vision_dim": 16,
                    "cross_attention_frequency": 1,
                    "dropout": 0.0,
                    "layer_norm_epsilon": 1e-6,
                },
            ),
            "language_model": Part(
                "BLIP2CustomOPT", {**_POSITIONS, "num_query_tokens": 2, "qformer_hidden_dim": 16, "dropout": 0.0}
            ),
        },
        "BLIP2CausalLM",
    ),
    "bloom": Family("BloomBackbone", _HEADS, "BloomCausalLM"),
    "clip": Family("CLIPBackbone", _two_encoders("CLIP", projection_dim=16), labels=PAIRS),
    "clip_text": Family("CLIPTextEncoder", left_out="it is a part of clip"),
    "clip_vision": Family("CLIPVisionEncoder", left_out="it is a part of clip"),
    "cspnet": Family(
        "CSPNetBackbone",
        {
            "stem_filters": 8,
            "stem_kernel_size": 3,
            "stem_strides": 1,
            "stem_padding": "same",
            "stackwise_depth": [1, 1],
            "stackwise_strides": 2,
            "stackwise_num_filters": [8, 16],
            "block_type": "dark_block",
            "stage_type": "csp",
            "down_growth": True,
            "bottle_ratio": (0.5, 1.0),
            "block_ratio": (1.0, 0.5),
            "expand_ratio": (2.0, 1.0),
            "image_shape": _IMAGE,
        },
        "CSPNetImageClassifier",
        _TWO,
    ),
    "d_fine": Family("DFineBackbone", left_out=_BOXES),
    "deberta_v3": Family("DebertaV3Backbone", {**_POSITIONS, "bucket_size": 8}, "DebertaV3TextClassifier", _TWO),
    "deeplab_v3": Family(
        "DeepLabV3Backbone",
        {
            "image_encoder": Part("ResNetBackbone", _RESNET),
            "low_level_feature_key": "P2",
            "spatial_pyramid_pooling_key": "P4",
            "dilation_rates": [1, 2],
            "upsampling_size": 4,
            "projection_filters": 8,
            "image_shape": (64, 64, 3),
        },
        "DeepLabV3ImageSegmenter",
        _TWO,
        ONE_HOT,
    ),
    "deit": Family("DeiTBackbone", _VISION, "DeiTImageClassifier", _TWO),
    "densenet": Family(
        "DenseNetBackbone",
        {"stackwise_num_repeats": [1, 1, 1], "growth_rate": 4, "image_shape": _IMAGE},
        "DenseNetImageClassifier",
        _TWO,
    ),
    "depth_anything": Family(
        "DepthAnythingBackbone",
        {
            "image_encoder": Part(
                "DINOV2Backbone",
                {
                    **_VISION,
                    "num_layers": 4,
                    "image_shape": (64, 64, 3),
                    "position_embedding_shape": (64, 64, 3),
                    "apply_layernorm": True,
                    "name": "image_encoder",
                },
            ),
            "reassemble_factors": [4, 2, 1, 0.5],
            "neck_hidden_dims": [8, 8, 16, 16],
            "fusion_hidden_dim": 16,
            "head_hidden_dim": 8,
            "head_in_index": -1,
            "feature_keys": ["stage1", "stage2", "stage3", "stage4"],
        },
        "DepthAnythingDepthEstimator",
        {"depth_estimation_type": "relative"},
        NUMBERS,
    ),
    "dinov2": Family("DINOV2Backbone", {**_VISION, "position_embedding_shape": _IMAGE}),
    "dinov3": Family("DINOV3Backbone", _VISION),
    "distil_bert": Family("DistilBertBackbone", _POSITIONS, "DistilBertTextClassifier", _TWO),
    "edrec": Family(
        "EdRecBackbone",
        {
            "vocab_size": VOCABULARY,
            "num_layers_enc": 2,
            "num_layers_dec": 2,
            "hidden_dim": 16,
            "intermediate_dim": 32,
            "num_heads": 2,
        },
        "EdRecSeq2SeqLM",
    ),
    "efficientnet": Family(
        "EfficientNetBackbone",
        {
            "stackwise_kernel_sizes": [3, 3],
            "stackwise_num_repeats": [1, 1],
            "stackwise_input_filters": [8, 8],
            "stackwise_output_filters": [8, 16],
            "stackwise_expansion_ratios": [1, 4],
            "stackwise_squeeze_and_excite_ratios": [0.0, 0.25],
            "stackwise_strides": [1, 2],
            "stackwise_block_types": ["fused", "unfused"],
            "stackwise_force_input_filters": [0, 0],
            "stackwise_nores_option": [False, False],
            "stackwise_width_coefficients": [1.0, 1.0],
            "stackwise_depth_coefficients": [1.0, 1.0],
            "num_features": 16,
            "input_shape": _IMAGE,
        },
        "EfficientNetImageClassifier",
        _TWO,
    ),
    "electra": Family(
        "ElectraBackbone",
        {
            "vocab_size": VOCABULARY,
            **_WIDTHS,
            "num_heads": 2,
            "embedding_dim": 16,
            "max_sequence_length": 16,
        },
        output="pooled_output",
    ),
    "esm": Family("ESMBackbone", _POSITIONS, "ESMProteinClassifier", _TWO),
    "f_net": Family("FNetBackbone", {**_TEXT, "max_sequence_length": 16}, "FNetTextClassifier", _TWO),
    "falcon": Family("FalconBackbone", {**_TEXT, "num_attention_heads": 2}, "FalconCausalLM"),
    "feature_pyramid": Family("FeaturePyramidBackbone", left_out=_NO_MODEL),
    "flux": Family("FluxBackbone", left_out=_DIFFUSION),
    "gemma": Family("GemmaBackbone", {**_GROUPS, "head_dim": 4}, "GemmaCausalLM"),
    "gemma3": Family("Gemma3Backbone", {**_GROUPS, "head_dim": 4, "image_size": 16}, "Gemma3CausalLM"),
    "gemma3n": Family(
        "Gemma3nBackbone",
        {
            "text_vocab_size": VOCABULARY,
            "text_hidden_size": 16,
            "num_hidden_layers": 2,
            "pad_token_id": 0,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 8,
            "intermediate_size": [32, 32],
            "hidden_activation": "gelu_approximate",
            "layer_types": ["sliding_attention", "full_attention"],
            "sliding_window": 4,
            "rope_theta": 10000.0,
            "max_position_embeddings": 16,
            "vocab_size_per_layer_input": VOCABULARY,
            "hidden_size_per_layer_input": 4,
            "altup_num_inputs": 2,
            "laurel_rank": 2,
        },
        "Gemma3nCausalLM",
    ),
    "gemma4": Family("Gemma4Backbone", {**_GROUPS, "head_dim": 4, "image_size": 16}, "Gemma4CausalLM"),
    "gpt2": Family("GPT2Backbone", _POSITIONS, "GPT2CausalLM"),
    "gpt_neo_x": Family("GPTNeoXBackbone", _POSITIONS, "GPTNeoXCausalLM"),
    "gpt_oss": Family("GptOssBackbone", {**_GROUPS, **_EXPERTS}, "GptOssCausalLM"),
    "hgnetv2": Family(
        "HGNetV2Backbone",
        {
            "depths": [1, 1],
            "embedding_size": 8,
            "hidden_sizes": [16, 32],
            "stem_channels": [3, 8, 8],
            "hidden_act": "relu",
            "use_learnable_affine_block": True,
            "stackwise_stage_filters": [[8, 8, 16, 1, 1, 3], [16, 8, 32, 1, 1, 3]],
            "apply_downsample": [False, True],
            "use_lightweight_conv_block": [False, False],
            "out_features": ["stage1", "stage2"],
            "image_shape": _IMAGE,
        },
        "HGNetV2ImageClassifier",
        _TWO,
    ),
    "llama": Family("LlamaBackbone", _GROUPS, "LlamaCausalLM"),
    "llama3": Family("Llama3Backbone", _GROUPS, "Llama3CausalLM"),
    "metaclip_2": Family("MetaCLIP2Backbone", _two_encoders("MetaCLIP2", projection_dim=16), labels=PAIRS),
    "metaclip_2_text": Family("MetaCLIP2TextEncoder", left_out="it is a part of metaclip_2"),
    "metaclip_2_vision": Family("MetaCLIP2VisionEncoder", left_out="it is a part of metaclip_2"),
    "mistral": Family("MistralBackbone", _GROUPS, "MistralCausalLM"),
    "mit": Family("MiTBackbone", _MIT, "MiTImageClassifier", _TWO),
    "mixtral": Family("MixtralBackbone", {**_GROUPS, **_EXPERTS}, "MixtralCausalLM"),
    "mobilenet": Family(
        "MobileNetBackbone",
        {
            "stackwise_expansion": [[16, 16], [24]],
            "stackwise_num_blocks": [2, 1],
            "stackwise_num_filters": [[8, 8], [16]],
            "stackwise_kernel_size": [[3, 3], [5]],
            "stackwise_num_strides": [[2, 1], [2]],
            "stackwise_se_ratio": [[None, None], [0.25]],
            "stackwise_activation": [["relu", "relu"], ["hard_swish"]],
            "stackwise_padding": [[1, 1], [2]],
            "input_num_filters": 8,
            "output_num_filters": 16,
            "depthwise_filters": 8,
            "depthwise_stride": 2,
            "depthwise_residual": False,
            "squeeze_and_excite": 0.5,
            "last_layer_filter": 16,
            "image_shape": _IMAGE,
        },
        "MobileNetImageClassifier",
        {**_TWO, "num_features": 16},
    ),
    "mobilenetv5": Family(
        "MobileNetV5Backbone",
        {
            "stackwise_block_types": [["er"], ["uir"]],
            "stackwise_num_blocks": [1, 1],
            "stackwise_num_filters": [[8], [16]],
            "stackwise_strides": [[2], [2]],
            "stackwise_act_layers": [["relu"], ["relu"]],
            "stackwise_exp_ratios": [[2.0], [2.0]],
            "stackwise_se_ratios": [[0.0], [0.0]],
            "stackwise_dw_kernel_sizes": [[0], [5]],
            "stackwise_dw_start_kernel_sizes": [[0], [0]],
            "stackwise_dw_end_kernel_sizes": [[0], [0]],
            "stackwise_exp_kernel_sizes": [[3], [0]],
            "stackwise_pw_kernel_sizes": [[1], [0]],
            "stackwise_num_heads": [[0], [0]],
            "stackwise_key_dims": [[0], [0]],
            "stackwise_value_dims": [[0], [0]],
            "stackwise_kv_strides": [[0], [0]],
            "stackwise_use_cpe": [[False], [False]],
            "stem_size": 8,
            "num_features": 16,
            "use_msfa": False,
            "image_shape": _IMAGE,
        },
        "MobileNetV5ImageClassifier",
        {**_TWO, "head_hidden_size": 16},
    ),
    "moonshine": Family(
        "MoonshineBackbone",
        {
            "vocabulary_size": VOCABULARY,
            "filter_dim": 16,
            "encoder_num_layers": 2,
            "decoder_num_layers": 2,
            "hidden_dim": 16,
            "intermediate_dim": 32,
            "encoder_num_heads": 2,
            "decoder_num_heads": 2,
            "max_position_embeddings": 16,
        },
        "MoonshineAudioToText",
        shape={"encoder_input_values": (2000, 1), "encoder_padding_mask": (2000,)},
    ),
    "opt": Family("OPTBackbone", _POSITIONS, "OPTCausalLM"),
    "pali_gemma": Family(
        "PaliGemmaBackbone",
        {
            **_GROUPS,
            "head_dim": 4,
            "image_size": 32,
            "vit_patch_size": 8,
            "vit_num_heads": 2,
            "vit_hidden_dim": 16,
            "vit_num_layers": 2,
            "vit_intermediate_dim": 32,
        },
        "PaliGemmaCausalLM",
    ),
    "parseq": Family(
        "PARSeqBackbone",
        {
            "image_encoder": Part(
                "ViTBackbone",
                {
                    "num_layers": 2,
                    "num_heads": 2,
                    "hidden_dim": 16,
                    "mlp_dim": 32,
                    "patch_size": 8,
                    "image_shape": _IMAGE,
                    "use_class_token": False,
                    "name": "image_encoder",
                },
            ),
            "vocabulary_size": VOCABULARY,
            "max_label_length": 6,
            "decoder_hidden_dim": 16,
            "num_decoder_layers": 1,
            "num_decoder_heads": 2,
            "decoder_mlp_dim": 32,
        },
        "PARSeqCausalLM",
        {"compile": False},  # its own loss asks for a tokenizer
        WEIGHED,
    ),
    "phi3": Family("Phi3Backbone", _GROUPS, "Phi3CausalLM"),
    "qwen": Family("QwenBackbone", _GROUPS, "QwenCausalLM"),
    "qwen3": Family("Qwen3Backbone", {**_GROUPS, "head_dim": 4}, "Qwen3CausalLM"),
    "qwen3_5": Family("Qwen3_5Backbone", {**_GROUPS, **_LINEAR, "head_dim": 8}, "Qwen3_5CausalLM"),
    "qwen3_5_moe": Family(
        "Qwen3_5MoeBackbone",
        {
            "vocabulary_size": VOCABULARY,
            "num_layers": 2,
            "num_query_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "hidden_dim": 16,
            "moe_intermediate_dim": 16,
            "shared_expert_intermediate_size": 16,
            **_EXPERTS,
            **_LINEAR,
        },
        "Qwen3_5MoeCausalLM",
    ),
    "qwen3_moe": Family(
        "Qwen3MoeBackbone", {**_GROUPS, **_EXPERTS, "head_dim": 4, "moe_intermediate_dim": 16}, "Qwen3MoeCausalLM"
    ),
    "qwen_moe": Family(
        "QwenMoeBackbone",
        {**_GROUPS, **_EXPERTS, "moe_intermediate_dim": 16, "shared_expert_intermediate_dim": 16},
        "QwenMoeCausalLM",
    ),
    "resnet": Family("ResNetBackbone", {**_RESNET, "image_shape": _IMAGE}, "ResNetImageClassifier", _TWO),
    "retinanet": Family("RetinaNetBackbone", left_out=_BOXES),
    "roberta": Family("RobertaBackbone", _POSITIONS, "RobertaTextClassifier", _TWO),
    "roformer_v2": Family("RoformerV2Backbone", {**_HEADS, "head_size": 8}, "RoformerV2TextClassifier", _TWO),
    "rwkv7": Family(
        "RWKV7Backbone",
        {
            "vocabulary_size": VOCABULARY,
            "num_layers": 2,
            "hidden_size": 16,
            "head_size": 4,
            "intermediate_dim": 32,
            "gate_lora": 8,
            "mv_lora": 8,
            "aaa_lora": 8,
            "decay_lora": 8,
        },
        "RWKV7CausalLM",
    ),
    "sam": Family("SAMBackbone", left_out=_NOT_TRAINED),
    "sam3": Family("SAM3PromptableConceptBackbone", left_out=_NOT_TRAINED),
    "segformer": Family(
        "SegFormerBackbone",
        {"image_encoder": Part("MiTBackbone", _MIT), "projection_filters": 8},
        "SegFormerImageSegmenter",
        _TWO,
        ONE_HOT,
    ),
    "siglip": Family("SigLIPBackbone", _two_encoders("SigLIP"), labels=OWN),
    "siglip_text": Family("SigLIPTextEncoder", left_out="it is a part of siglip"),
    "siglip_vision": Family("SigLIPVisionEncoder", left_out="it is a part of siglip"),
    "smollm3": Family(
        "SmolLM3Backbone",
        {
            **_TEXT,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "attention_bias": False,
            "attention_dropout": 0.0,
            "rope_layer_enabled_list": [True, False],
            "layer_types": ["attention", "attention"],
            "mlp_bias": False,
            "layer_norm_epsilon": 1e-5,
            "max_position_embeddings": 16,
            "rope_theta": 10000.0,
            "partial_rotary_factor": 1.0,
        },
        "SmolLM3CausalLM",
    ),
    "stable_diffusion_3": Family("StableDiffusion3Backbone", left_out=_DIFFUSION),
    "swin_transformer": Family(
        "SwinTransformerBackbone",
        {"image_shape": _IMAGE, "embed_dim": 8, "depths": (1, 2), "num_heads": (2, 2), "window_size": 4},
        "SwinTransformerImageClassifier",
        _TWO,
    ),
    "t5": Family("T5Backbone", _HEADS, "T5Seq2SeqLM"),
    "t5gemma": Family(
        "T5GemmaBackbone",
        {"vocabulary_size": VOCABULARY, **_ENCODER_AND_DECODER, "sliding_window": 4, "cross_attention_hidden_size": 16},
        "T5GemmaSeq2SeqLM",
    ),
    "t5gemma2": Family(
        "T5Gemma2Backbone",
        {"vocabulary_size": VOCABULARY, **_ENCODER_AND_DECODER, "sliding_window": 4, "cross_attention_hidden_size": 16},
        "T5Gemma2Seq2SeqLM",
    ),
    "vgg": Family(
        "VGGBackbone",
        {"stackwise_num_repeats": [1, 1], "stackwise_num_filters": [8, 16], "image_shape": _IMAGE},
        "VGGImageClassifier",
        {**_TWO, "pooling_hidden_dim": 16},
    ),
    "video_prism": Family(
        "VideoPrismBackbone",
        {
            "num_frames": 2,
            "patch_size": 8,
            "hidden_dim": 16,
            "intermediate_dim": 32,
            "num_heads": 2,
            "num_spatial_layers": 1,
            "num_temporal_layers": 1,
            "num_auxiliary_layers": 1,
            "image_shape": _IMAGE,
        },
    ),
    "vit": Family(
        "ViTBackbone",
        {
            "num_layers": 2,
            "num_heads": 2,
            "hidden_dim": 16,
            "mlp_dim": 32,
            "patch_size": 8,
            "image_shape": _IMAGE,
        },
        "ViTImageClassifier",
        _TWO,
    ),
    "vit_det": Family(
        "ViTDetBackbone",
        {
            "num_layers": 2,
            "num_heads": 2,
            "hidden_size": 16,
            "intermediate_dim": 32,
            "patch_size": 8,
            "window_size": 2,
            "num_output_channels": 8,
            "global_attention_layer_indices": [1],
            "image_shape": _IMAGE,
        },
    ),
    "whisper": Family(
        "WhisperBackbone",
        {
            **_HEADS,
            "num_mels": 8,
            "max_encoder_sequence_length": 16,
            "max_decoder_sequence_length": 16,
        },
        output="decoder_sequence_output",
        shape={"encoder_features": (12, 8)},
    ),
    "xception": Family(
        "XceptionBackbone",
        {
            "stackwise_conv_filters": [[8, 8], [16, 16], [16, 16]],
            "stackwise_pooling": [False, True, False],
            "image_shape": _IMAGE,
        },
        "XceptionImageClassifier",
        _TWO,
    ),
    "xlm_roberta": Family("XLMRobertaBackbone", _POSITIONS, "XLMRobertaTextClassifier", _TWO),
    "xlnet": Family("XLNetBackbone", _HEADS),
}
