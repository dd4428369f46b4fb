import { useTexts } from '../../texts/use-texts.ts'
import { Icon } from '../../ui/icon.tsx'
import { pause, play } from '../attachment-icons.ts'
import { formatDuration } from '../file-size.ts'
import { useVoicePlayback } from './use-voice-playback.ts'
import { Waveform } from './waveform.tsx'

interface VoiceControlsProps {
  url: string | null
  peaks: readonly number[] | null
  /** The length that its sender stated, because recorded files often do not contain it. */
  durationMs: number | null
  /** True in a row of the message list, where the arrow keys focus the buttons. */
  isInRow?: boolean
  onError?: () => void
}

/**
 * The player of a recording: play and pause, the waveform, the speed, and the time (before the start the length, then
 * the position). A press of play while `url` is null takes effect when there is an address. `onError` is called when
 * the browser cannot load it; the controls show no error. With `isInRow`, Tab does not reach them.
 */
export function VoiceControls({ url, peaks, durationMs, isInRow = false, onError }: VoiceControlsProps) {
  const texts = useTexts().attachments
  const voice = useVoicePlayback(url)
  const lengthMs = durationMs ?? voice.lengthMs ?? 0
  const place = isInRow ? { tabIndex: -1, 'data-row-action': 'voice' } : {}
  const isBegun = voice.isPlaying || voice.positionMs > 0
  return (
    <div className="parley-voice">
      <audio {...voice.audioProps} hidden onError={onError} />
      <button
        type="button"
        className="parley-voice__play"
        {...place}
        aria-label={voice.isPlaying ? texts.pause : texts.play}
        title={voice.isPlaying ? texts.pause : texts.play}
        onClick={voice.toggle}
      >
        <Icon name={voice.isPlaying ? pause : play} />
      </button>
      <Waveform peaks={peaks} positionMs={voice.positionMs} lengthMs={lengthMs} isInRow={isInRow} onSeek={voice.seek} />
      <span className="parley-voice__time">{formatDuration(isBegun ? voice.positionMs : lengthMs)}</span>
      <button
        type="button"
        className="parley-voice__speed"
        {...place}
        aria-label={texts.speed(voice.speed)}
        title={texts.speed(voice.speed)}
        onClick={voice.changeSpeed}
      >
        {texts.speedMark(voice.speed)}
      </button>
    </div>
  )
}
