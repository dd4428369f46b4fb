import { type IconDrawing, iconPaths, mirroredIcons } from './icon-paths.ts'

interface IconProps {
  name: IconDrawing
}

const drawingOf = (name: IconDrawing) =>
  typeof name === 'string' ? { path: iconPaths[name], isMirrored: mirroredIcons.has(name) } : name

/**
 * A line drawing in the colour of the text: a shared one by its name, or a path of your own. Those that point along the
 * line are mirrored in right-to-left text: of the shared ones `back` and `leave`, of your own those with `isMirrored`.
 * Hidden from screen readers, because the control around it has a label.
 */
export function Icon({ name }: IconProps) {
  const { path, isMirrored } = drawingOf(name)
  return (
    <svg
      className="parley-icon"
      data-mirrored={isMirrored || undefined}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth={name === 'more' ? 2.6 : 1.75}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
