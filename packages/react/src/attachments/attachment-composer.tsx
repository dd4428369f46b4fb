import type { ComposerAction, ComposerExtension } from '../messages/composer/composer-extension.ts'
import { clip } from './attachment-icons.ts'
import { MicrophoneButton } from './recorder/microphone-button.tsx'
import { AttachmentTray } from './tray/attachment-tray.tsx'
import { addToTray } from './tray/incoming-files.ts'
import { pickFiles } from './tray/pick-files.ts'

const attach: ComposerAction = {
  name: 'attach',
  label: ({ attachments }) => attachments.attach,
  icon: clip,
  run: ({ draftParts, conversationId }) =>
    void pickFiles().then((files) => addToTray(draftParts, conversationId, files)),
}

/** Adds files to the composer: in the tray above the field; and voice recordings instead of the field. */
export const attachmentComposer: ComposerExtension = {
  name: 'attachments',
  actions: [attach],
  Tray: AttachmentTray,
  Idle: MicrophoneButton,
}
