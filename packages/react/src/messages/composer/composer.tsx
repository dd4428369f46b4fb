import { type ComponentType, forwardRef, useImperativeHandle, useState } from 'react'
import { flushSync } from 'react-dom'
import { useComposerField } from '../../headless/use-composer-field.ts'
import { formatNumber } from '../../texts/number-format.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Problem } from '../../ui/notice.tsx'
import type { ComposerDialogProps } from './composer-extension.ts'
import { ComposerIdle, composerTrays } from './composer-extensions.tsx'
import { ComposerMenu, type OpenedDialog } from './composer-menu.tsx'
import { type ComposerOptions, useComposer } from './use-composer.ts'
import { useKeyboardFocus } from './use-keyboard-focus.ts'

interface ComposerProps extends ComposerOptions {
  conversationId: string
  /** The label and placeholder of the field, such as "Message Ana". */
  label: string
  /** ArrowUp was pressed in the empty field, to edit the last own message. */
  onEditLast: () => void
}

export interface ComposerHandle {
  focus(): void
}

/**
 * The form that writes a message or, with `edited`, changes one. It shows why a text cannot be sent and why an edit was
 * not saved; the row of a message shows that the server refused it. Enter sends, Shift+Enter makes a new line; new
 * messages can be sent offline, too, edits not. Use the conversation's id as its React key, because the draft of a
 * conversation is read only at the first render. It does not check whether the person may write there:
 * `MessageComposer` does.
 */
export const Composer = forwardRef<ComposerHandle, ComposerProps>(function Composer(props, ref) {
  const { conversationId, label, edited, onEditEnd, onEditLast } = props
  const composer = useComposer(conversationId, { edited, onEditEnd })
  const { text, setText } = composer
  const [menuProblem, setMenuProblem] = useState<unknown>(null)
  const submit = () => {
    if (composer.canSubmit) setMenuProblem(null)
    composer.submit()
  }
  const [opened, setOpened] = useState<OpenedDialog | null>(null)
  const field = useComposerField({ text, editedId: edited?.id, onSubmit: submit, onEditEnd, onEditLast })
  const { isByKeyboard, handlers } = useKeyboardFocus()
  const { Replaced, showField, replaceField } = useReplacedField(field.focus, edited !== null)
  useImperativeHandle(ref, () => ({ focus: field.focus }), [field.focus])
  return (
    <>
      <form className="parley-composer" onSubmit={field.onSubmit}>
        {edited && <EditNote onCancel={onEditEnd} />}
        <Problem error={composer.problem ?? composer.error ?? menuProblem} />
        {composerTrays.map(({ name, Tray }) => (
          <Tray key={name} conversationId={conversationId} isEditing={edited !== null} focusField={field.focus} />
        ))}
        {Replaced ? (
          <Replaced conversationId={conversationId} onClose={showField} />
        ) : (
          <div {...handlers} className="parley-composer__field" data-by-keyboard={isByKeyboard}>
            {!edited && <ComposerMenu conversationId={conversationId} onOpen={setOpened} onProblem={setMenuProblem} />}
            <textarea
              ref={field.ref}
              className="parley-composer__text"
              data-region-entry
              rows={1}
              dir="auto"
              aria-label={label}
              aria-invalid={composer.problem !== null}
              placeholder={label}
              enterKeyHint="send"
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={field.onKeyDown}
            />
            <RoomLeft room={composer.room} />
            {composer.isEmpty && ComposerIdle ? (
              <ComposerIdle conversationId={conversationId} replaceField={replaceField} report={setMenuProblem} />
            ) : (
              <SubmitButton isEdit={edited !== null} isDisabled={!composer.canSubmit || composer.isSaving} />
            )}
          </div>
        )}
      </form>
      {opened && <opened.Dialog conversationId={conversationId} onClose={() => setOpened(null)} />}
    </>
  )
})

interface SubmitButtonProps {
  isEdit: boolean
  isDisabled: boolean
}

function SubmitButton({ isEdit, isDisabled }: SubmitButtonProps) {
  const { page, messages: texts } = useTexts()
  return (
    <IconButton
      type="submit"
      label={isEdit ? page.save : texts.send}
      icon={isEdit ? 'check' : 'send'}
      look="primary"
      disabled={isDisabled}
      // The field must keep the focus, so that the keyboard of a phone stays open.
      onPointerDown={(event) => event.preventDefault()}
    />
  )
}

/**
 * The component that is shown instead of the field, if any. `showField` shows the field again and focuses it. An edit
 * ends it for good, because it may have begun something, such as a recording, that must not begin again by itself.
 */
function useReplacedField(focus: () => void, isEditing: boolean) {
  const [Replaced, setReplaced] = useState<ComponentType<ComposerDialogProps> | null>(null)
  if (isEditing && Replaced) setReplaced(null)
  const showField = () => {
    flushSync(() => setReplaced(null))
    focus()
  }
  const replaceField = (Field: ComponentType<ComposerDialogProps>) => setReplaced(() => Field)
  return { Replaced, showField, replaceField }
}

/** The number of characters left is shown when it is below this. */
const closeToLimit = 200

function RoomLeft({ room }: { room: number }) {
  const texts = useTexts().messages
  if (room >= closeToLimit) return null
  return (
    <span className="parley-composer__room" data-over={room < 0}>
      {formatNumber(room)}
      <span className="parley-visually-hidden"> {texts.charactersLeft}</span>
    </span>
  )
}

function EditNote({ onCancel }: { onCancel: () => void }) {
  const { page, messages: texts } = useTexts()
  return (
    <p className="parley-composer__note">
      <Icon name="edit" />
      <span>{texts.editing}</span>
      <kbd>{texts.escapeKey}</kbd>
      <button type="button" className="parley-link" onClick={onCancel}>
        {page.cancel}
      </button>
    </p>
  )
}
