import { fileNameParts } from '../file-name.ts'

interface FileNameProps {
  name: string
}

/** A name whose end is always in sight. It stands for itself, whatever direction its letters have. */
export function FileName({ name }: FileNameProps) {
  const { start, end } = fileNameParts(name)
  return (
    <bdi className="parley-file-name" title={start + end}>
      <span className="parley-file-name__start">{start}</span>
      <span className="parley-file-name__end">{end}</span>
    </bdi>
  )
}
