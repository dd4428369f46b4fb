import { AnchoredPopover } from '../headless/anchored-popover.tsx'
import { followMenuKey } from '../headless/menu-keys.ts'
import { type MenuGroup, MenuSections } from './menu.tsx'

interface AnchoredMenuProps {
  /** Names the menu for assistive technology. */
  label: string
  groups: readonly MenuGroup[]
  /** What it stands beside. */
  anchor: Element
  onClose: () => void
}

/** A menu that stands beside an element, open as long as it is mounted: for many buttons that share one menu. */
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
