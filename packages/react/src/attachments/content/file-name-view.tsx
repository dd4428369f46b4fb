import { fileNameParts } from '../file-name.ts'

interface FileNameProps {
  name: string
}

/** A file name on one line. Its end stays visible, and its writing direction does not change the text around it. */
export function FileName({ name }: FileNameProps) {
  const { start, end } = fileNameParts(name)
  return (
    <bdi className="parley-file-name" title={start + end}>
      <span className="parley-file-name__start">{start}</span>
      <span className="parley-file-name__end">{end}</span>
    </bdi>
  )
}

/** So many letters of the start stand on two or three lines of a card. */
const most = 44

/** A name over several lines, shortened before its end where it is very long. */
export function WrappedFileName({ name }: FileNameProps) {
  const { start, end } = fileNameParts(name)
  const letters = [...start]
  return (
    <bdi className="parley-file-name parley-file-name--wrapped" title={start + end}>
      {letters.length > most ? `${letters.slice(0, most).join('').trimEnd()}…` : start}
      {end}
    </bdi>
  )
}
