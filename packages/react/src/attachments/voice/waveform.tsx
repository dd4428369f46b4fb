import { attachmentLimits } from '@parley/protocol/features/attachment-rules'
import type { KeyboardEvent, PointerEvent } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { formatDuration } from '../file-size.ts'

interface WaveformProps {
  peaks: readonly number[] | null
  positionMs: number
  lengthMs: number
  /** True in a row of the message list, where the arrow keys focus it; elsewhere the Tab key does. */
  isInRow: boolean
  onSeek: (positionMs: number) => void
}

const gap = 3
const half = 12
const flat: readonly number[] = Array.from({ length: attachmentLimits.peaks }, () => 10)

const drawing = (peaks: readonly number[]) =>
  peaks
    .map((peak, at) => {
      const height = Math.max(0.75, (peak / 100) * (half - 1))
      return `M${at * gap + gap / 2} ${half - height}v${2 * height}`
    })
    .join('')

/**
 * The waveform of a recording; the part before the position is coloured. A press, a drag, the arrow keys (by a
 * twentieth, at least 0.5 and at most 5 seconds), Home and End call `onSeek` with a position from 0 to `lengthMs`; the
 * parent stores it. Without `peaks` it is flat. With `isInRow`, Tab does not reach it.
 */
export function Waveform({ peaks, positionMs, lengthMs, isInRow, onSeek }: WaveformProps) {
  const texts = useTexts().attachments
  const shape = peaks ?? flat
  const path = drawing(shape)
  const share = lengthMs > 0 ? Math.min(1, positionMs / lengthMs) : 0
  const seekTo = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    onSeek(Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width))) * lengthMs)
  }
  return (
    <div
      className="parley-waveform"
      dir="ltr"
      role="slider"
      tabIndex={isInRow ? -1 : 0}
      data-row-action={isInRow ? 'position' : undefined}
      aria-label={texts.position}
      aria-valuemin={0}
      aria-valuemax={Math.ceil(lengthMs / 1_000)}
      aria-valuenow={Math.ceil(Math.min(positionMs, lengthMs) / 1_000)}
      aria-valuetext={texts.positionOf(formatDuration(positionMs), formatDuration(lengthMs))}
      onPointerDown={(event) => {
        // Without a long press of the row, and without scrolling the list.
        event.stopPropagation()
        event.currentTarget.setPointerCapture(event.pointerId)
        seekTo(event)
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && seekTo(event)}
      onKeyDown={(event) => seekByKey(event, { positionMs, lengthMs, onSeek })}
    >
      <svg viewBox={`0 0 ${shape.length * gap} ${2 * half}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="parley-waveform__rest" d={path} />
        <path className="parley-waveform__heard" d={path} style={{ clipPath: `inset(0 ${100 - share * 100}% 0 0)` }} />
      </svg>
    </div>
  )
}

const keys: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }

function seekByKey(
  event: KeyboardEvent,
  { positionMs, lengthMs, onSeek }: Pick<WaveformProps, 'positionMs' | 'lengthMs' | 'onSeek'>,
) {
  // Alt and an arrow go back in the browser's history.
  if (event.altKey || event.ctrlKey || event.metaKey) return
  const step = Math.min(5_000, Math.max(500, lengthMs / 20))
  const ends: Readonly<Record<string, number>> = { Home: 0, End: lengthMs }
  const to = ends[event.key] ?? (event.key in keys ? positionMs + (keys[event.key] ?? 0) * step : undefined)
  if (to === undefined) return
  event.preventDefault()
  event.stopPropagation()
  onSeek(Math.min(lengthMs, Math.max(0, to)))
}
