/** Making a photo small enough for a stairwell's signal. */

const LONGEST_SIDES = [1600, 1200, 800]
const QUALITIES = [0.8, 0.65, 0.5]
const MOST_BYTES = 200 * 1024

/**
 * A JPEG of at most 1600 pixels a side and 200 KB, upright, without EXIF (drawing it anew leaves where and
 * when it was taken behind).
 *
 * @throws DOMException `InvalidStateError` for what is no image
 */
export async function shrink(picture: Blob | HTMLImageElement): Promise<Blob> {
  // Upright without being asked to; Chrome before 2023 refuses the word for it
  const image = await createImageBitmap(picture)
  try {
    return await smallest(image)
  } finally {
    image.close()
  }
}

/** The first of the tries, from the best down, that is small enough; the last one if none is. */
async function smallest(image: ImageBitmap): Promise<Blob> {
  let best: Blob | null = null
  for (const side of LONGEST_SIDES) {
    const canvas = draw(image, side)
    for (const quality of QUALITIES) {
      best = await encode(canvas, quality)
      if (best.size <= MOST_BYTES) return best
    }
  }
  if (!best) throw new Error('the photo could not be drawn')
  return best
}

function draw(image: ImageBitmap, side: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.width * scale)
  canvas.height = Math.round(image.height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas
}

function encode(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => { if (blob) resolve(blob); else reject(new Error('the photo could not be encoded')) }, 'image/jpeg', quality)
  })
}
