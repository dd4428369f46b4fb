import { Icon } from '../../ui/icon.tsx'
import { iconOf } from '../attachment-icons.ts'
import { fileNameParts } from '../file-name.ts'

interface FileSymbolProps {
  kind: string
  name: string
}

/** What kind of file it is, as a drawing. The name beside it says it in letters. */
export function FileSymbol({ kind, name }: FileSymbolProps) {
  return (
    <span className="parley-file-symbol">
      <Icon name={iconOf(kind, fileNameParts(name).ending)} />
    </span>
  )
}
