import type { ShownAttachment } from '../shown-attachment.ts'

type Sized = Pick<ShownAttachment, 'width' | 'height'>

/** The widest that a picture or a film becomes, in rem. */
const widest = 22

/** The shape of a single picture or film, within what a conversation bears; `usual` where its size is not known. */
export function shapeOf({ width, height }: Sized, usual = 1): number {
  if (!width || !height) return usual
  return Math.min(3, Math.max(0.6, width / height))
}

/** How wide it is shown, in rem: no higher than it may be wide, and a small one is not blown up. */
export function widthOf(picture: Sized, shape: number): number {
  const natural = (picture.width ?? widest * 16) / 16
  return Math.max(7, Math.min(natural, widest, widest * shape))
}
