/** The element that has the focus, also inside of a shadow root, which the document keeps to itself; null where none has it. */
export function focusedElement(): Element | null {
  let focused = document.activeElement
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  return focused === document.body ? null : focused
}
