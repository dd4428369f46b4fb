import type { ReactElement, ReactNode } from 'react'
import { type MenuTrigger, useMenu } from '../headless/use-menu.ts'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'
import type { IconDrawing } from './icon-paths.ts'

export interface MenuItem {
  label: string
  icon?: IconDrawing
  /** A small element instead of the icon. */
  symbol?: ReactNode
  /** For items of which one is chosen: is it this one? Undefined for other items. */
  isChecked?: boolean
  isDanger?: boolean
  onSelect: () => void
}

export interface MenuGroup {
  /** The heading of the group, if it needs one. */
  label?: string
  items: readonly MenuItem[]
}

interface MenuProps {
  /** The name of the menu for screen readers. */
  label: string
  /** Shown above the items. */
  header?: ReactNode
  /** Shown with a line between them; groups without items are skipped. */
  groups: readonly MenuGroup[]
  /** Renders the button that opens the menu, with these props. */
  trigger: (props: MenuTrigger) => ReactElement
}

/**
 * A menu button and its menu, which a click or ArrowDown opens; it holds the open state itself. The menu shows `header`
 * and the `groups` that have items. A second click, Escape, Tab and a press outside close it. A choice closes it,
 * returns the focus to the button, then calls the `onSelect` of the item. `trigger` must spread its props on one
 * `<button>`.
 */
export function Menu({ label, header, groups, trigger }: MenuProps) {
  const menu = useMenu()
  const choose = (item: MenuItem) => {
    menu.close()
    item.onSelect()
  }
  return (
    <>
      {trigger(menu.trigger)}
      <div {...menu.layer} className="parley-menu">
        {header && <div className="parley-menu__header">{header}</div>}
        <div role="menu" tabIndex={-1} aria-label={label} onKeyDown={menu.onKeyDown}>
          <MenuSections groups={groups} onChoose={choose} />
        </div>
      </div>
    </>
  )
}

interface MenuSectionsProps {
  groups: readonly MenuGroup[]
  onChoose: (item: MenuItem) => void
}

/**
 * The groups of items for the inside of an element of role `menu`, which must handle the keys; groups without items are
 * skipped. A press calls `onChoose`, which must call the item's `onSelect` itself.
 */
export function MenuSections({ groups, onChoose }: MenuSectionsProps) {
  return groups
    .filter(({ items }) => items.length > 0)
    .map((group) => <MenuSection key={group.items[0]?.label} group={group} onChoose={onChoose} />)
}

interface MenuSectionProps {
  group: MenuGroup
  onChoose: (item: MenuItem) => void
}

function MenuSection({ group, onChoose }: MenuSectionProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
    <div role="group" aria-label={group.label} className="parley-menu__group">
      {group.label && (
        <p className="parley-menu__heading" aria-hidden="true">
          {group.label}
        </p>
      )}
      {group.items.map((item) => (
        <MenuRow key={item.label} item={item} onChoose={onChoose} />
      ))}
    </div>
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
