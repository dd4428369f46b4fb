import type { ShownAttachment } from '../shown-attachment.ts'

type Sized = Pick<ShownAttachment, 'width' | 'height'>

/** The greatest width of a picture or video, in rem. */
const widest = 22

/**
 * The aspect ratio (width / height) of a single picture or video, limited to 0.6–3; `usual`, not limited, if its size
 * is not known.
 */
export function shapeOf({ width, height }: Sized, usual = 1): number {
  if (!width || !height) return usual
  return Math.min(3, Math.max(0.6, width / height))
}

/**
 * The width at which a picture of this `shape` (see `shapeOf`) is shown, in rem of 16 px: at least 7, not enlarged
 * beyond that, and neither wider nor higher than 22. Of unknown size, as wide as these limits allow.
 */
export function widthOf(picture: Sized, shape: number): number {
  const natural = (picture.width ?? widest * 16) / 16
  return Math.max(7, Math.min(natural, widest, widest * shape))
}
