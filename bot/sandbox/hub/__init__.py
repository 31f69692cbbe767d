"""A Hub to practice on: it speaks huggingface.co's wire and is judged by huggingface_hub."""
