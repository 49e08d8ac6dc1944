"""model.py FILE: a llama of two small layers with random weights and a vocabulary of bytes, as GGUF."""
import sys

import gguf
import numpy as np

LAYERS, WIDTH, HEADS, FEED, CONTEXT = 2, 64, 4, 128, 2048
random = np.random.default_rng(7)
tokens, scores, types = [], [], []


def token(text, kind):
    tokens.append(text)
    scores.append(float(-len(tokens)))
    types.append(kind)


for text in ("<unk>", "<s>", "</s>"):
    token(text, gguf.TokenType.UNKNOWN if text == "<unk>" else gguf.TokenType.CONTROL)
for byte in range(256):
    token(f"<0x{byte:02X}>", gguf.TokenType.BYTE)
for letter in " abcdefghijklmnopqrstuvwxyz":
    token(letter.replace(" ", "\u2581"), gguf.TokenType.NORMAL)

out = gguf.GGUFWriter(sys.argv[1], "llama")
out.add_name("random")
out.add_context_length(CONTEXT)
out.add_embedding_length(WIDTH)
out.add_block_count(LAYERS)
out.add_feed_forward_length(FEED)
out.add_head_count(HEADS)
out.add_head_count_kv(HEADS)
out.add_rope_dimension_count(WIDTH // HEADS)
out.add_layer_norm_rms_eps(1e-5)
out.add_vocab_size(len(tokens))
out.add_tokenizer_model("llama")
out.add_token_list(tokens)
out.add_token_scores(scores)
out.add_token_types(types)
out.add_bos_token_id(1)
out.add_eos_token_id(2)
out.add_unk_token_id(0)


def tensor(name, *shape):
    out.add_tensor(name, (random.standard_normal(shape) * 0.05).astype(np.float32))


tensor("token_embd.weight", len(tokens), WIDTH)
out.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
tensor("output.weight", len(tokens), WIDTH)
for i in range(LAYERS):
    out.add_tensor(f"blk.{i}.attn_norm.weight", np.ones(WIDTH, np.float32))
    out.add_tensor(f"blk.{i}.ffn_norm.weight", np.ones(WIDTH, np.float32))
    for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
        tensor(f"blk.{i}.{part}.weight", WIDTH, WIDTH)
    tensor(f"blk.{i}.ffn_gate.weight", FEED, WIDTH)
    tensor(f"blk.{i}.ffn_up.weight", FEED, WIDTH)
    tensor(f"blk.{i}.ffn_down.weight", WIDTH, FEED)
out.write_header_to_file()
out.write_kv_data_to_file()
out.write_tensors_to_file()
out.close()
