import { AnchoredPopover } from '../headless/anchored-popover.tsx'
import { followMenuKey } from '../headless/menu-keys.ts'
import { type MenuGroup, MenuSections } from './menu.tsx'

interface AnchoredMenuProps {
  /** The name of the menu for screen readers. */
  label: string
  groups: readonly MenuGroup[]
  /** The element beside which the menu opens. */
  anchor: Element
  onClose: () => void
}

/**
 * A menu beside `anchor`, open while it is mounted, for lists in which many buttons open the same menu. It focuses the
 * first item. A choice calls `onClose`, then the `onSelect` of the item; Escape, Tab and a press outside call
 * `onClose`, which must unmount it. Groups without items are skipped.
 */
export function AnchoredMenu({ label, groups, anchor, onClose }: AnchoredMenuProps) {
  return (
    <AnchoredPopover className="parley-menu" anchor={anchor} onClose={onClose}>
      <div
        role="menu"
        tabIndex={-1}
        aria-label={label}
        onKeyDown={(event) => followMenuKey(event, event.currentTarget, onClose)}
      >
        <MenuSections
          groups={groups}
          onChoose={(item) => {
            onClose()
            item.onSelect()
          }}
        />
      </div>
    </AnchoredPopover>
  )
}
