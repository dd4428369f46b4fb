import { focusedElement } from '../../hooks/focused-element.ts'

/**
 * Puts a text into the clipboard; rejects with an `Error` if the browser refuses. Call it in the handler of a click or
 * a key: over plain http a page has no clipboard API, and can only copy a selection during such an event. For that it
 * selects the text in a hidden field, and returns the focus.
 *
 * @example await copyText(address)
 */
export async function copyText(text: string): Promise<void> {
  try {
    return await navigator.clipboard.writeText(text)
  } catch {
    // The API is missing, or the person refused the browser's question.
  }
  if (!copySelected(text)) throw new Error('The browser does not let this page copy.')
}

/** Copies the text from an invisible field, then returns the focus. False if the browser refuses. */
function copySelected(text: string): boolean {
  const focused = focusedElement()
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  Object.assign(field.style, { position: 'fixed', insetBlockStart: '0', opacity: '0', pointerEvents: 'none' })
  // While a dialog is open, only elements inside it can have the focus.
  const parent = focused?.closest('dialog') ?? document.body
  parent.append(field)
  try {
    field.focus({ preventScroll: true })
    field.select()
    return document.execCommand('copy')
  } finally {
    field.remove()
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  }
}
