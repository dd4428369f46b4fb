import { fileNameParts } from '../file-name.ts'

interface FileNameProps {
  name: string
}

/**
 * A file name, cleaned, on one line; too long a name is cut before its end, so that the extension stays visible. Its
 * writing direction does not change the text around it.
 */
export function FileName({ name }: FileNameProps) {
  const { start, end } = fileNameParts(name)
  return (
    <bdi className="parley-file-name" title={start + end}>
      <span className="parley-file-name__start">{start}</span>
      <span className="parley-file-name__end">{end}</span>
    </bdi>
  )
}

/** So many letters of the start fit on two or three lines of a card. */
const longestStart = 44

/** A cleaned name over several lines; of a very long one, the first 44 letters and the end with the extension. */
export function WrappedFileName({ name }: FileNameProps) {
  const { start, end } = fileNameParts(name)
  const letters = [...start]
  return (
    <bdi className="parley-file-name parley-file-name--wrapped" title={start + end}>
      {letters.length > longestStart ? `${letters.slice(0, longestStart).join('').trimEnd()}…` : start}
      {end}
    </bdi>
  )
}
