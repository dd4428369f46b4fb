import { type RefObject, useLayoutEffect } from 'react'

/**
 * Makes a text area as tall as its text, within its CSS limits, at each change of `text`. Does nothing in browsers with
 * `field-sizing: content`, where the stylesheet must set that.
 */
export function useAutoGrow(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current
    if (!element || CSS.supports('field-sizing', 'content')) return
    element.style.setProperty('block-size', 'auto')
    element.style.setProperty('block-size', `${element.scrollHeight}px`)
  }, [field, text])
}
