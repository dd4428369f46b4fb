/**
 * The element that has the focus. If that is in a shadow root, it is the element inside, not the host. Null if no
 * element has the focus, or only the body.
 */
export function focusedElement(): Element | null {
  let focused = document.activeElement
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  return focused === document.body ? null : focused
}
