import { type KeyboardEvent, type ReactElement, type ReactNode, type ToggleEvent, useId, useRef, useState } from 'react'
import { placeBeside } from '../headless/place-beside.ts'
import { classNames } from './class-names.ts'
import { Icon, type IconName } from './icon.tsx'

export interface MenuItem {
  label: string
  icon?: IconName
  /** Anything small drawn in the icon's place. */
  symbol?: ReactNode
  /** Is it the chosen one of several? Left out where nothing is chosen. */
  isChecked?: boolean
  isDanger?: boolean
  onSelect: () => void
}

export interface MenuGroup {
  /** What the items have in common; left out where that is plain. */
  label?: string
  items: readonly MenuItem[]
}

interface MenuProps {
  /** Names the menu for assistive technology. */
  label: string
  /** Drawn above the items. */
  header?: ReactNode
  /** Groups, with a line between them. */
  groups: readonly MenuGroup[]
  /** The button that opens it, given what it must carry. */
  trigger: (props: MenuTrigger) => ReactElement
}

export interface MenuTrigger {
  'aria-haspopup': 'menu'
  'aria-expanded': boolean
  'aria-controls': string
  popoverTarget: string
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
}

const itemsOf = (menu: HTMLElement | null) => [...(menu?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])]

/** The item that a key leads to (WAI-ARIA menu pattern), or undefined if the key is none of ours. */
function targetOf(key: string, items: HTMLElement[]): HTMLElement | undefined {
  const at = items.indexOf(document.activeElement as HTMLElement)
  if (key === 'ArrowDown') return items[(at + 1) % items.length]
  if (key === 'ArrowUp') return items[(Math.max(at, 0) + items.length - 1) % items.length]
  if (key === 'Home') return items[0]
  if (key === 'End') return items.at(-1)
  if (key.length > 1) return undefined
  const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  return rest.find((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()))
}

/** A menu button and its menu, in the top layer by the native popover: it closes by Escape and by a click elsewhere. */
export function Menu({ label, header, groups, trigger }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLElement | null>(null)
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()

  const toggled = (event: ToggleEvent<HTMLElement>) => {
    const opened = event.newState === 'open'
    setIsOpen(opened)
    if (!opened || !menu.current) return
    opener.current = document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(id)}"]`)
    if (opener.current) placeBeside(menu.current, opener.current)
    itemsOf(menu.current)[0]?.focus()
  }
  const close = () => {
    menu.current?.hidePopover()
    opener.current?.focus()
  }
  const pressed = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.key === 'Tab') return close()
    const target = targetOf(event.key, itemsOf(menu.current))
    if (!target) return
    event.preventDefault()
    target.focus()
  }
  const choose = (item: MenuItem) => {
    close()
    item.onSelect()
  }
  return (
    <>
      {trigger({
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        'aria-controls': id,
        popoverTarget: id,
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown' || isOpen) return
          event.preventDefault()
          menu.current?.showPopover()
        },
      })}
      <div ref={menu} id={id} popover="auto" className="parley-menu" onToggle={toggled}>
        {header && <div className="parley-menu__header">{header}</div>}
        <div role="menu" tabIndex={-1} aria-label={label} onKeyDown={pressed}>
          {groups
            .filter(({ items }) => items.length > 0)
            .map((group) => (
              // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
              <div key={group.items[0]?.label} role="group" aria-label={group.label} className="parley-menu__group">
                {group.label && (
                  <p className="parley-menu__heading" aria-hidden="true">
                    {group.label}
                  </p>
                )}
                {group.items.map((item) => (
                  <MenuRow key={item.label} item={item} onChoose={choose} />
                ))}
              </div>
            ))}
        </div>
      </div>
    </>
  )
}

interface MenuRowProps {
  item: MenuItem
  onChoose: (item: MenuItem) => void
}

function MenuRow({ item, onChoose }: MenuRowProps) {
  const isChoice = item.isChecked !== undefined
  return (
    <button
      type="button"
      {...(isChoice ? { role: 'menuitemradio', 'aria-checked': item.isChecked } : { role: 'menuitem' })}
      tabIndex={-1}
      className={classNames('parley-menu__item', item.isDanger && 'parley-menu__item--danger')}
      onClick={() => onChoose(item)}
    >
      <span className="parley-menu__symbol">{item.symbol ?? (item.icon && <Icon name={item.icon} />)}</span>
      <span className="parley-menu__label">{item.label}</span>
      {item.isChecked && <Icon name="check" />}
    </button>
  )
}
