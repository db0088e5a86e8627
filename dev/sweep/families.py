"""transformers' families: a class with a head for each, and what makes a random one of it tiny."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from dev.sweep.numbers import VOCABULARY

# What a model is given to learn, beside its inputs.
CLASSES = "a class for each example"
TOKENS = "a token for each token"
NOTHING = "nothing: its own outputs are made smaller"


@dataclass(frozen=True)
class Family:
    """A family of models.

    Attributes:
        model: Its class.
        labels: What it learns.
        config: Arguments of its configuration that TINY has not, or has otherwise.
        shape: Axes of its inputs that it cannot say itself, without the examples: by input.
        left_out: Why it is not tried; "" for one that is.
    """

    model: str
    labels: str = CLASSES
    config: Mapping[str, Any] = field(default_factory=dict)
    shape: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    left_out: str = ""


#: What a configuration gets of these, where it has the name and a larger number: one number for all that mean the same.
TINY: Mapping[str, int] = {
    **dict.fromkeys(("vocab_size", "n_words", "n_vocab"), VOCABULARY),
    **dict.fromkeys(("hidden_size", "d_model", "n_embd", "emb_dim", "dim", "embedding_size", "d_embed"), 16),
    **dict.fromkeys(("projection_dim", "word_embed_proj_dim", "decoder_hidden_size"), 16),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers"), 2),
    **dict.fromkeys(("decoder_layers", "num_decoder_layers", "decoder_num_hidden_layers"), 2),
    **dict.fromkeys(("num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads"), 2),
    **dict.fromkeys(("decoder_attention_heads", "num_key_value_heads", "decoder_num_attention_heads"), 2),
    **dict.fromkeys(("intermediate_size", "ffn_dim", "encoder_ffn_dim", "decoder_ffn_dim", "d_ff", "d_inner"), 32),
    **dict.fromkeys(("inner_dim", "n_inner", "hidden_dim", "decoder_intermediate_size", "dff"), 32),
    **dict.fromkeys(("max_position_embeddings", "n_positions", "max_seq_len", "n_ctx"), 64),
    **dict.fromkeys(("d_kv", "d_head"), 8),
    "image_size": 32,
    "patch_size": 8,
}

#: What a configuration does not have by itself, and transformers asks it for.
_SEEN = {"image_size": 32, "num_channels": 3}
_IMAGE = {"pixel_values": (3, 32, 32)}
_STAGES = {"hidden_sizes": [8, 16], "depths": [1, 1]}
_FOUR_STAGES = {"hidden_sizes": [8, 8, 16, 16], "depths": [1, 1, 1, 1]}
_SOUND = {
    "conv_dim": [8, 8],
    "conv_stride": [4, 2],
    "conv_kernel": [8, 2],
    "num_conv_pos_embeddings": 4,
    "num_conv_pos_embedding_groups": 2,
    "mask_time_prob": 0.0,
    "layerdrop": 0.0,
}
_WAVES = dict.fromkeys(("input_values", "attention_mask", "token_type_ids"), (200,))
_TWO_MODELS = "it is put together of two pretrained models"

FAMILIES: Mapping[str, Family] = {
    "albert": Family("TFAlbertForSequenceClassification"),
    "bart": Family("TFBartForConditionalGeneration", TOKENS),
    "bert": Family("TFBertForSequenceClassification"),
    "blenderbot": Family("TFBlenderbotForConditionalGeneration", TOKENS),
    "blenderbot-small": Family("TFBlenderbotSmallForConditionalGeneration", TOKENS),
    "blip": Family("TFBlipModel", NOTHING, config={"vision_config": {"num_channels": 3}}),
    "camembert": Family("TFCamembertForSequenceClassification"),
    "clip": Family("TFCLIPModel", NOTHING, shape=_IMAGE),
    "convbert": Family("TFConvBertForSequenceClassification"),
    "convnext": Family("TFConvNextForImageClassification", config={**_FOUR_STAGES, "patch_size": 4}),
    "convnextv2": Family("TFConvNextV2ForImageClassification", config={**_FOUR_STAGES, "patch_size": 4}),
    "ctrl": Family("TFCTRLForSequenceClassification", config={"pad_token_id": 0}),
    "cvt": Family(
        "TFCvtForImageClassification",
        config={"embed_dim": [8, 8, 16], "num_heads": [1, 2, 2], "depth": [1, 2, 3], **_SEEN},
    ),
    "data2vec-vision": Family("TFData2VecVisionForImageClassification"),
    "deberta": Family("TFDebertaForSequenceClassification", config={"pooler_hidden_size": 16}),
    "deberta-v2": Family("TFDebertaV2ForSequenceClassification", config={"pooler_hidden_size": 16}),
    "deit": Family("TFDeiTForImageClassification"),
    "distilbert": Family("TFDistilBertForSequenceClassification"),
    "dpr": Family("TFDPRQuestionEncoder", NOTHING),
    "efficientformer": Family(
        "TFEfficientFormerForImageClassification",
        config={**_FOUR_STAGES, "dim": 16, "key_dim": 8, "resolution": 1, "patch_size": 16},
    ),
    "electra": Family("TFElectraForSequenceClassification"),
    "encoder-decoder": Family("TFEncoderDecoderModel", left_out=_TWO_MODELS),
    "esm": Family("TFEsmForSequenceClassification", config={"vocab_size": 64, "pad_token_id": 1, "mask_token_id": 2}),
    "flaubert": Family("TFFlaubertForSequenceClassification"),
    "funnel": Family("TFFunnelForSequenceClassification", config={"block_sizes": [1, 1]}),
    "gpt-sw3": Family("TFGPT2ForSequenceClassification", left_out="its model is gpt2's"),
    "gpt2": Family("TFGPT2ForSequenceClassification", config={"pad_token_id": 0}),
    "gptj": Family("TFGPTJForSequenceClassification", config={"pad_token_id": 0, "rotary_dim": 4}),
    "groupvit": Family(
        "TFGroupViTModel",
        NOTHING,
        config={"vision_config": {"depths": [1, 1, 1], "num_group_tokens": [4, 2, 0], "num_output_groups": [4, 2, 0]}},
        shape=_IMAGE,
    ),
    "hubert": Family("TFHubertModel", NOTHING, config=_SOUND, shape=_WAVES),
    "idefics": Family("TFIdeficsModel", left_out="its tiniest vision model has more than two hundred million weights"),
    "layoutlm": Family("TFLayoutLMForSequenceClassification"),
    "layoutlmv3": Family(
        "TFLayoutLMv3ForSequenceClassification",
        config={"coordinate_size": 2, "shape_size": 4, "input_size": 32, "max_2d_position_embeddings": 64},
        shape=_IMAGE,
    ),
    "led": Family("TFLEDForConditionalGeneration", TOKENS, config={"attention_window": [4, 4]}),
    "longformer": Family("TFLongformerForSequenceClassification", config={"attention_window": [4, 4]}),
    "lxmert": Family(
        "TFLxmertModel",
        NOTHING,
        config={"l_layers": 1, "r_layers": 1, "x_layers": 1, "visual_feat_dim": 8},
        shape={"visual_feats": (6, 8), "visual_pos": (6, 4)},  # as many as there are tokens
    ),
    "marian": Family("TFMarianMTModel", TOKENS, config={"decoder_start_token_id": 1, "pad_token_id": 0}),
    "mbart": Family("TFMBartForConditionalGeneration", TOKENS),
    "mistral": Family("TFMistralForSequenceClassification", config={"pad_token_id": 0}),
    "mobilebert": Family(
        "TFMobileBertForSequenceClassification", config={"true_hidden_size": 16, "embedding_size": 16}
    ),
    "mobilevit": Family(
        "TFMobileViTForImageClassification",
        config={"hidden_sizes": [8, 8, 8], "neck_hidden_sizes": [4, 4, 8, 8, 8, 8, 8], "patch_size": 2},
    ),
    "mpnet": Family("TFMPNetForSequenceClassification"),
    "mt5": Family("TFMT5ForConditionalGeneration", TOKENS),
    "openai-gpt": Family("TFOpenAIGPTForSequenceClassification", config={"pad_token_id": 0}),
    "opt": Family("TFOPTForCausalLM", TOKENS),
    "pegasus": Family("TFPegasusForConditionalGeneration", TOKENS),
    "regnet": Family("TFRegNetForImageClassification", config={**_STAGES, "embedding_size": 8, "groups_width": 4}),
    "rembert": Family("TFRemBertForSequenceClassification", config={"input_embedding_size": 16}),
    "resnet": Family("TFResNetForImageClassification", config={**_STAGES, "embedding_size": 8, "out_features": None}),
    "roberta": Family("TFRobertaForSequenceClassification"),
    "roberta-prelayernorm": Family("TFRobertaPreLayerNormForSequenceClassification"),
    "roformer": Family("TFRoFormerForSequenceClassification"),
    "sam": Family("TFSamModel", left_out="its tiniest model takes images of 1024 x 1024"),
    "sam_vision_model": Family("TFSamVisionModel", left_out="it is a part of sam"),
    "segformer": Family(
        "TFSegformerForImageClassification", config={**_FOUR_STAGES, "num_attention_heads": [1, 1, 2, 2]}
    ),
    "speech_to_text": Family("TFSpeech2TextForConditionalGeneration", TOKENS, config={"conv_channels": 16}),
    "swiftformer": Family(
        "TFSwiftFormerForImageClassification", config={"depths": [1, 1, 1, 1], "embed_dims": [8, 8, 16, 16]}
    ),
    "swin": Family(
        "TFSwinForImageClassification",
        config={"embed_dim": 8, "depths": [1, 1], "num_heads": [2, 2], "window_size": 2, "patch_size": 4},
    ),
    "t5": Family("TFT5ForConditionalGeneration", TOKENS),
    "tapas": Family("TFTapasForSequenceClassification"),
    "transfo-xl": Family(
        "TFTransfoXLForSequenceClassification",
        config={"cutoffs": [16, 32], "pad_token_id": 0, "mem_len": 4, "clamp_len": 4},
    ),
    "vision-text-dual-encoder": Family("TFVisionTextDualEncoderModel", left_out=_TWO_MODELS),
    "vision-encoder-decoder": Family("TFVisionEncoderDecoderModel", left_out=_TWO_MODELS),
    "vit": Family("TFViTForImageClassification"),
    "vit_mae": Family("TFViTMAEModel", NOTHING, left_out="it draws the patches that it hides anew in every call"),
    "wav2vec2": Family("TFWav2Vec2Model", NOTHING, config=_SOUND, shape=_WAVES),
    "whisper": Family(
        "TFWhisperForConditionalGeneration",
        TOKENS,
        config={"max_source_positions": 8, "max_target_positions": 16, "pad_token_id": 0, "decoder_start_token_id": 1},
        shape={"input_features": (80, 16)},
    ),
    "xglm": Family("TFXGLMForCausalLM", TOKENS),
    "xlm": Family("TFXLMForSequenceClassification"),
    "xlm-roberta": Family("TFXLMRobertaForSequenceClassification"),
    "xlnet": Family("TFXLNetForSequenceClassification"),
}
