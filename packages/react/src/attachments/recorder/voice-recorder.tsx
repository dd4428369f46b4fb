import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react'
import { useChat } from '../../hooks/use-chat.ts'
import type { ComposerDialogProps } from '../../messages/composer/composer-extension.ts'
import type { Texts } from '../../texts/english/english.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Problem } from '../../ui/notice.tsx'
import { retry, stop as stopIcon } from '../attachment-icons.ts'
import { formatDuration } from '../file-size.ts'
import { VoiceControls } from '../voice/voice-controls.tsx'
import { LevelMeter } from './level-meter.tsx'
import { formatOf } from './recording-format.ts'
import { type Recording, type RecordingState, useVoiceRecording } from './use-voice-recording.ts'

/**
 * The recorder, instead of the field. It begins to record when it is mounted, and shows volume and time, with a button
 * that stops; then the person can play or send it. It says why it cannot record, with a button that tries again. At
 * each stage it focuses the button that stops, sends or tries again. The delete button and Escape, at any stage, only
 * call `onClose`; sending puts a message into the outbox first, which needs no connection.
 */
export function VoiceRecorder({ conversationId, onClose }: ComposerDialogProps) {
  const { state, stop, again } = useVoiceRecording()
  const send = useSendRecording(conversationId)
  const texts = useTexts()
  const place = useRef<HTMLDivElement>(null)
  // Focuses the next button: the one that stops, then the one that sends.
  useLayoutEffect(() => {
    place.current?.querySelector<HTMLElement>('[data-next]')?.focus()
  }, [state.stage])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    onClose()
  }
  const words = texts.attachments
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div ref={place} role="group" aria-label={words.recordingName} className="parley-recorder" onKeyDown={onKeyDown}>
      <IconButton label={words.dropRecording} icon="trash" look="danger" onClick={onClose} />
      <Stage state={state} texts={words} />
      {state.stage === 'recording' && (
        <IconButton data-next label={words.stopRecording} icon={stopIcon} look="primary" onClick={stop} />
      )}
      {state.stage === 'failed' && <IconButton data-next label={texts.page.tryAgain} icon={retry} onClick={again} />}
      {state.stage === 'ready' && (
        <IconButton
          data-next
          label={words.sendRecording}
          icon="send"
          look="primary"
          onClick={() => {
            send(state.recording)
            onClose()
          }}
        />
      )}
    </div>
  )
}

interface StageProps {
  state: RecordingState
  texts: Texts['attachments']
}

function Stage({ state, texts }: StageProps): ReactNode {
  if (state.stage === 'starting') return <p className="parley-recorder__note">{texts.startingMicrophone}</p>
  if (state.stage === 'preparing') return <p className="parley-recorder__note">{texts.preparing}</p>
  if (state.stage === 'failed') return <Problem error={reasonOf(state.error, texts)} />
  if (state.stage === 'ready') {
    const { url, peaks, durationMs } = state.recording
    return <VoiceControls url={url} peaks={peaks} durationMs={durationMs} />
  }
  return (
    <>
      <span className="parley-recorder__time" role="timer" aria-label={texts.recording}>
        {formatDuration(state.ms)}
      </span>
      <LevelMeter levels={state.levels} />
    </>
  )
}

function reasonOf(error: unknown, texts: Texts['attachments']): string {
  const reasons: Readonly<Record<string, string>> = {
    NotFoundError: texts.noMicrophone,
    NotAllowedError: texts.microphoneRefused,
    SecurityError: texts.microphoneRefused,
    NotReadableError: texts.microphoneBusy,
    AbortError: texts.microphoneBusy,
    NotSupportedError: texts.noRecording,
  }
  if (error === null) return texts.nothingRecorded
  return (error instanceof DOMException && reasons[error.name]) || texts.microphoneBusy
}

/** Sends a recording: the message appears at once, and the server gets it after the upload. */
function useSendRecording(conversationId: string) {
  const chat = useChat()
  const texts = useTexts().attachments
  return ({ blob, durationMs, peaks }: Recording) => {
    const name = `${texts.recordingName}.${formatOf(blob.type).extension}`
    const upload = chat.attachments.upload(blob, { kind: 'voice', name, durationMs, peaks })
    // The row of the message shows a failure.
    upload.settled.catch(() => undefined)
    const content = { text: '', attachments: [upload.id] }
    chat.messages.send(conversationId, content, { type: 'voice' }).settled.catch(() => undefined)
  }
}
