/**
 * The element that has the focus, also inside a shadow root, of which `document.activeElement` is the host; else null.
 */
export function focusedElement(): Element | null {
  let focused = document.activeElement
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  return focused === document.body ? null : focused
}
