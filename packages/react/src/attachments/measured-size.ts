interface PixelSize {
  width: number
  height: number
}

/**
 * Sizes of pictures that this page uploads, by the id of the upload, so that their place in the list has the right
 * shape.
 */
const measured = new Map<string, PixelSize>()
const maxSizes = 200

/**
 * The size in px that `measurePicture` read for this upload; undefined if it did not, has not yet, or if many others
 * followed: at least the last 100 are kept.
 */
export const measuredSize = (uploadId: string): PixelSize | undefined => measured.get(uploadId)

function storeSize(uploadId: string, size: PixelSize): void {
  if (measured.size >= maxSizes) {
    for (const oldest of [...measured.keys()].slice(0, maxSizes / 2)) measured.delete(oldest)
  }
  measured.set(uploadId, size)
}

/**
 * Reads the size of a picture for `measuredSize`. Does nothing for a file whose MIME type is not one of pictures, or if
 * the browser cannot decode it. Never rejects. No component renders again because of it.
 */
export async function measurePicture(uploadId: string, file: Blob): Promise<void> {
  if (!file.type.startsWith('image/') || typeof createImageBitmap === 'undefined') return
  try {
    const bitmap = await createImageBitmap(file)
    storeSize(uploadId, { width: bitmap.width, height: bitmap.height })
    bitmap.close()
  } catch {
    // It is shown as a square until the server has measured it.
  }
}
