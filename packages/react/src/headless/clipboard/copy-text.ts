import { focusedElement } from '../../hooks/focused-element.ts'

/**
 * Puts a text into the clipboard; rejects if the browser refuses. Over plain http a page has no clipboard, and may only copy
 * what is selected.
 *
 * @example await copyText(address)
 */
export async function copyText(text: string): Promise<void> {
  try {
    return await navigator.clipboard.writeText(text)
  } catch {
    // There is none, or the browser asked the person, who said no.
  }
  if (!copySelected(text)) throw new Error('The browser does not let this page copy.')
}

/** Selects the text in a field that nobody sees, and gives the focus back. Call it from a click or a key. */
function copySelected(text: string): boolean {
  const focused = focusedElement()
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  Object.assign(field.style, { position: 'fixed', insetBlockStart: '0', opacity: '0', pointerEvents: 'none' })
  // Outside of an open dialog nothing takes the focus.
  const place = focused?.closest('dialog') ?? document.body
  place.append(field)
  try {
    field.focus({ preventScroll: true })
    field.select()
    return document.execCommand('copy')
  } finally {
    field.remove()
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  }
}
