/** How a picture is shown: so many times as large, and moved by so many pixels from the middle. */
export interface ZoomView {
  scale: number
  x: number
  y: number
}

export interface Point {
  x: number
  y: number
}

/** Zooms at a point: from the scale to another one. */
export type ZoomAt = (at: Point, scaleOf: (scale: number) => number) => void

/** The picture as large as it is without zoom, and the frame that it is seen through. */
export interface ZoomRoom {
  picture: { width: number; height: number }
  frame: { width: number; height: number }
}

export const whole: ZoomView = { scale: 1, x: 0, y: 0 }

export const middle: Point = { x: 0, y: 0 }

/** Where something happened, from the middle of the frame. */
export function pointIn(frame: HTMLElement | null, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const { left = 0, top = 0, width = 0, height = 0 } = frame?.getBoundingClientRect() ?? {}
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 }
}

const largest = 8

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value))

/** Moved no further than until an edge of the picture meets that of the frame. */
function held({ scale, x, y }: ZoomView, { picture, frame }: ZoomRoom): ZoomView {
  const across = Math.max(0, (picture.width * scale - frame.width) / 2)
  const down = Math.max(0, (picture.height * scale - frame.height) / 2)
  return { scale, x: between(0 - across, x, across), y: between(0 - down, y, down) }
}

/** Zooms so that what is seen at a point, counted from the middle of the frame, stays there. */
export function zoomed(view: ZoomView, wanted: number, at: Point, room: ZoomRoom): ZoomView {
  const scale = between(1, wanted, largest)
  const ratio = scale / view.scale
  return held({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, room)
}

export const moved = (view: ZoomView, by: Point, room: ZoomRoom): ZoomView =>
  held({ ...view, x: view.x + by.x, y: view.y + by.y }, room)
