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
import { followMenuKey, itemsOf } from './menu-keys.ts'
import { placeBeside } from './place-beside.ts'

/** What the button that opens a menu must carry. */
export interface MenuTrigger {
  ref: RefObject<HTMLButtonElement | null>
  'aria-haspopup': 'menu'
  'aria-expanded': boolean
  'aria-controls': string
  onClick: (event: MouseEvent<HTMLElement>) => void
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
  usePopover(button, layer, setIsOpen)
  // Opened here and not by the browser, which reports in a later task what it opened: the next key may come before that.
  const open = (event: SyntheticEvent) => {
    if (!layer.current || layer.current.matches(':popover-open')) return
    event.preventDefault()
    layer.current.showPopover()
    if (button.current) placeBeside(layer.current, button.current)
    itemsOf(layer.current)[0]?.focus()
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
 * Makes the layer the popover of the button. It goes by the elements' own properties and events: React 18 knows neither
 * `popoverTarget` nor the `toggle` of a popover.
 */
function usePopover(
  button: RefObject<HTMLButtonElement | null>,
  layer: RefObject<HTMLElement | null>,
  onToggle: (opened: boolean) => void,
) {
  useLayoutEffect(() => {
    // A press on its own button is no press elsewhere, which would close it.
    if (button.current) button.current.popoverTargetElement = layer.current
  })
  useLayoutEffect(() => {
    const element = layer.current
    const toggled = ({ newState }: ToggleEvent) => onToggle(newState === 'open')
    element?.addEventListener('toggle', toggled)
    return () => element?.removeEventListener('toggle', toggled)
  }, [layer, onToggle])
}
