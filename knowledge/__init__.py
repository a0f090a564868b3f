"""What is written about products: text in, cited passages and resolved products out."""
