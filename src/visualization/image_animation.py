"""Images one after the other as an animation, there and back."""

import numpy as np
from PIL import Image

from ..safe_files import atomic_write

SMALLEST_SIDE = 256
MILLISECONDS = 60


def save_image_animation(path, images):
    """Writes a GIF that shows images in their order and back again, for ever.

    Args:
        path: File to write.
        images: uint8 [n, height, width, channels], at least 2; small ones are enlarged, pixel by pixel.

    Returns:
        The path.
    """
    enlarged = max(1, -(-SMALLEST_SIDE // min(images.shape[1:3])))
    there_and_back = np.concatenate([images, images[-2:0:-1]]).repeat(enlarged, axis=1).repeat(enlarged, axis=2)
    first, *others = [Image.fromarray(each[..., 0] if each.shape[-1] == 1 else each) for each in there_and_back]
    with atomic_write(path) as temporary:
        first.save(temporary, format="GIF", save_all=True, append_images=others, duration=MILLISECONDS, loop=0)
    return path
