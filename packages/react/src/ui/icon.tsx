import { type IconName, iconPaths, mirroredIcons } from './icon-paths.ts'

interface IconProps {
  name: IconName
}

/** A line drawing, hidden from assistive technology: the control it stands on carries the words. */
export function Icon({ name }: IconProps) {
  return (
    <svg
      className="parley-icon"
      data-mirrored={mirroredIcons.has(name) || undefined}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path
        d={iconPaths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth={name === 'more' ? 2.6 : 1.75}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
