import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  type SyntheticEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { followMenuKey, menuItemsOf } from './menu-keys.ts'
import { placeBeside } from './place-beside.ts'

/** The props of the button that opens a menu. */
export interface MenuTrigger {
  ref: RefObject<HTMLButtonElement | null>
  'aria-haspopup': 'menu'
  'aria-expanded': boolean
  'aria-controls': string
  onClick: (event: MouseEvent<HTMLElement>) => void
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
}

/**
 * The behaviour of a menu button and its menu, which is a native popover: in the top layer, closed by Escape, Tab, a
 * press outside and a second press on the button. A press on the button or ArrowDown opens it and focuses the first
 * item. The items are elements whose role begins with `menuitem` inside the layer; each must call `close` when it is
 * chosen, which returns the focus to the button.
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
  usePopover(button, layer, setIsOpen)
  // Opens it here: a browser that opens a popover reports it in a later task, and the next key may come before that.
  const open = (event: SyntheticEvent) => {
    if (!layer.current || layer.current.matches(':popover-open')) return
    event.preventDefault()
    layer.current.showPopover()
    if (button.current) placeBeside(layer.current, button.current)
    menuItemsOf(layer.current)[0]?.focus()
  }
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
    onClick: open,
    onKeyDown: (event) => {
      if (event.key === 'ArrowDown') open(event)
    },
  }
  return { trigger, layer: { ref: layer, id, popover: 'auto' as const }, onKeyDown, close }
}

/**
 * Makes the layer the popover of the button, through the properties and events of the elements, because React 18
 * supports neither `popoverTarget` nor the `toggle` event of a popover.
 */
function usePopover(
  button: RefObject<HTMLButtonElement | null>,
  layer: RefObject<HTMLElement | null>,
  onToggle: (opened: boolean) => void,
) {
  useLayoutEffect(() => {
    // Without this, the browser takes a press on the button for a press outside, and closes the popover.
    if (button.current) button.current.popoverTargetElement = layer.current
  })
  useLayoutEffect(() => {
    const element = layer.current
    const toggled = ({ newState }: ToggleEvent) => onToggle(newState === 'open')
    element?.addEventListener('toggle', toggled)
    return () => element?.removeEventListener('toggle', toggled)
  }, [layer, onToggle])
}
