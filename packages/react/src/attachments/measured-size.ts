interface PixelSize {
  width: number
  height: number
}

/** Sizes of pictures that were picked here, by the id of their upload: their place in the list is right from the start. */
const measured = new Map<string, PixelSize>()
const most = 200

export const measuredSize = (uploadId: string): PixelSize | undefined => measured.get(uploadId)

/** Keeps the size of a picture or a film, upright; one that the browser cannot read has none. */
function keep(uploadId: string, size: PixelSize): void {
  if (measured.size >= most) for (const oldest of [...measured.keys()].slice(0, most / 2)) measured.delete(oldest)
  measured.set(uploadId, size)
}

/** Reads the size of a picture. */
export async function measurePicture(uploadId: string, file: Blob): Promise<void> {
  if (!file.type.startsWith('image/') || typeof createImageBitmap === 'undefined') return
  try {
    const bitmap = await createImageBitmap(file)
    keep(uploadId, { width: bitmap.width, height: bitmap.height })
    bitmap.close()
  } catch {
    // It is shown in a square until the server has read it.
  }
}
