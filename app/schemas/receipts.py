"""What the form on a resident's receipt sends."""

from typing import Annotated, Literal

from app.schemas.shapes import Shape, words


class ReceiptRating(Shape):
    """One tap, and maybe a sentence."""

    answer: Literal["content", "not_content", "not_solved"]
    text: Annotated[str, words(500)] = ""
