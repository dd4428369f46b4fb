interface LevelMeterProps {
  /** Levels of 0..1, the latest last. */
  levels: readonly number[]
}

const bars = 48

/**
 * The volume of the last 48 levels, the latest at the right, so that people see that the microphone works. Hidden from
 * screen readers.
 */
export function LevelMeter({ levels }: LevelMeterProps) {
  const shown = [...Array.from({ length: Math.max(0, bars - levels.length) }, () => 0), ...levels.slice(-bars)]
  const path = shown
    .map((level, at) => {
      const height = Math.max(0.75, Math.sqrt(level) * 11)
      return `M${at * 3 + 1.5} ${12 - height}v${2 * height}`
    })
    .join('')
  return (
    <svg
      className="parley-level"
      viewBox={`0 0 ${bars * 3} 24`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
    </svg>
  )
}
