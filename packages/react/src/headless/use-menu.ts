import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react'
import { followMenuKey, itemsOf } from './menu-keys.ts'
import { placeBeside } from './place-beside.ts'

/** What the button that opens a menu must carry. */
export interface MenuTrigger {
  ref: RefObject<HTMLButtonElement | null>
  'aria-haspopup': 'menu'
  'aria-expanded': boolean
  'aria-controls': string
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
}

/**
 * A menu button and its menu, in the top layer by the native popover: it closes by Escape and by a click elsewhere. The
 * items are elements of role `menuitem` or `menuitemradio` inside of the layer.
 *
 * @example
 * const { trigger, layer, onKeyDown, close } = useMenu()
 * <button {...trigger}>…</button>
 * <div {...layer}><div role="menu" onKeyDown={onKeyDown}>…</div></div>
 */
export function useMenu() {
  const button = useRef<HTMLButtonElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  usePopover(button, layer, (opened) => {
    setIsOpen(opened)
    if (opened) itemsOf(layer.current)[0]?.focus()
  })
  const close = () => {
    layer.current?.hidePopover()
    button.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => followMenuKey(event, layer.current, close)
  const trigger: MenuTrigger = {
    ref: button,
    'aria-haspopup': 'menu',
    'aria-expanded': isOpen,
    'aria-controls': id,
    onKeyDown: (event) => {
      if (event.key !== 'ArrowDown' || isOpen) return
      event.preventDefault()
      layer.current?.showPopover()
    },
  }
  return { trigger, layer: { ref: layer, id, popover: 'auto' as const }, onKeyDown, close }
}

/**
 * Makes the layer the popover of the button, beside it. It goes by the elements' own properties and events: React 18
 * knows neither `popoverTarget` nor the `toggle` of a popover.
 */
function usePopover(
  button: RefObject<HTMLButtonElement | null>,
  layer: RefObject<HTMLElement | null>,
  onToggle: (opened: boolean) => void,
) {
  const latest = useRef(onToggle)
  latest.current = onToggle
  useEffect(() => {
    if (button.current) button.current.popoverTargetElement = layer.current
  })
  useEffect(() => {
    const element = layer.current
    const toggled = (event: ToggleEvent) => {
      const opened = event.newState === 'open'
      if (opened && element && button.current) placeBeside(element, button.current)
      latest.current(opened)
    }
    element?.addEventListener('toggle', toggled)
    return () => element?.removeEventListener('toggle', toggled)
  }, [button, layer])
}
