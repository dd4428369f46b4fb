import { type KeyboardEvent, useState } from 'react'

/** Keys that move the focus between fields and regions. */
const movingKeys = new Set(['Tab', 'F6', 'Escape'])

/**
 * Did the keyboard (Tab, F6 or Escape) move the focus into a text field? Browsers match `:focus-visible` on a text
 * field also after a click. Put `handlers` on the field or an element around it; a press of the pointer and the loss of
 * the focus reset `isByKeyboard`.
 *
 * @example
 * const { isByKeyboard, handlers } = useKeyboardFocus()
 * <div {...handlers} data-ring={isByKeyboard}><textarea /></div>
 */
export function useKeyboardFocus() {
  const [isByKeyboard, setIsByKeyboard] = useState(false)
  const reset = () => setIsByKeyboard(false)
  // The key goes down in the element before, and up in this one.
  const onKeyUp = ({ key }: KeyboardEvent) => {
    if (movingKeys.has(key)) setIsByKeyboard(true)
  }
  return { isByKeyboard, handlers: { onKeyUp, onPointerDown: reset, onBlur: reset } }
}
