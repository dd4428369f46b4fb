import { Icon } from '../../ui/icon.tsx'
import { iconOf } from '../attachment-icons.ts'
import { fileNameParts } from '../file-name.ts'

interface FileSymbolProps {
  kind: string
  name: string
}

/**
 * The icon of a file, by its kind or by the extension of its name (see `iconOf`). It is hidden from screen readers,
 * which read the name beside it.
 */
export function FileSymbol({ kind, name }: FileSymbolProps) {
  return (
    <span className="parley-file-symbol">
      <Icon name={iconOf(kind, fileNameParts(name).extension)} />
    </span>
  )
}
