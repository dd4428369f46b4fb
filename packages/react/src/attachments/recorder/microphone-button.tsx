import type { ComposerIdleProps } from '../../messages/composer/composer-extension.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { microphone } from '../attachment-icons.ts'

const canRecord = () => 'MediaRecorder' in globalThis && Boolean(navigator.mediaDevices?.getUserMedia)

/**
 * The button that begins a recording. A press loads the recorder and replaces the field by it; the recorder then asks
 * for the microphone. If the browser cannot record or the code cannot be loaded, it calls `report` instead; each press
 * first removes the earlier report.
 */
export function MicrophoneButton({ replaceField, report }: ComposerIdleProps) {
  const texts = useTexts().attachments
  const record = async () => {
    report(null)
    if (!canRecord()) return report(texts.noRecording)
    try {
      const { VoiceRecorder } = await import('./voice-recorder.tsx')
      replaceField(VoiceRecorder)
    } catch (error) {
      report(error)
    }
  }
  return (
    <IconButton className="parley-microphone" label={texts.record} icon={microphone} onClick={() => void record()} />
  )
}
