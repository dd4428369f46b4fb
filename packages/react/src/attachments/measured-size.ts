interface PixelSize {
  width: number
  height: number
}

/** Sizes of pictures that were picked here, by the id of their upload: their place in the list is right from the start. */
const measured = new Map<string, PixelSize>()
const most = 200

export const measuredSize = (uploadId: string): PixelSize | undefined => measured.get(uploadId)

/** Reads the size of a picture, upright; one that the browser cannot read has none. */
export async function measure(uploadId: string, file: Blob): Promise<void> {
  if (!file.type.startsWith('image/') || typeof createImageBitmap === 'undefined') return
  try {
    const size = await sizeOf(file)
    if (measured.size >= most) for (const oldest of [...measured.keys()].slice(0, most / 2)) measured.delete(oldest)
    measured.set(uploadId, size)
  } catch {
    // It is shown in a square until the server has read it.
  }
}

async function sizeOf(file: Blob): Promise<PixelSize> {
  const bitmap = await createImageBitmap(file)
  const { width, height } = bitmap
  bitmap.close()
  return { width, height }
}
