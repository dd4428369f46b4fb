import { type RefObject, useLayoutEffect } from 'react'

/** Makes a text area as tall as its text, within its CSS limits, in browsers without `field-sizing: content`. */
export function useAutoGrow(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current
    if (!element || CSS.supports('field-sizing', 'content')) return
    element.style.setProperty('block-size', 'auto')
    element.style.setProperty('block-size', `${element.scrollHeight}px`)
  }, [field, text])
}
