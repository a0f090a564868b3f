"""Colours and fonts: those of the system, Chinese ones included, so that nothing is fetched from elsewhere."""

import gradio as gr

TEXT = (
    "system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", "sans-serif",
)  # fmt: skip
CODE = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Noto Sans Mono", "monospace")


def theme() -> gr.themes.Base:
    return gr.themes.Soft(
        primary_hue="teal", secondary_hue="teal", neutral_hue="slate", radius_size="md", spacing_size="md", font=TEXT,
        font_mono=CODE,
    )  # fmt: skip
