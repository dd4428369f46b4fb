import { attachmentComposer } from '../../attachments/attachment-composer.tsx'
import { offersInComposer } from '../../offers/offers.tsx'
import type { ComposerExtension } from './composer-extension.ts'

/** What features add to the composer, in the order in which it is shown. A new feature needs one line here. */
const composerExtensions: readonly ComposerExtension[] = [attachmentComposer, offersInComposer]

/** The buttons that features add to the composer, in order. */
export const composerActions = composerExtensions.flatMap(({ actions }) => actions ?? [])
/** What features show above the field of the composer, each with the feature's name, in order. */
export const composerTrays = composerExtensions.flatMap(({ name, Tray }) => (Tray ? { name, Tray } : []))
/**
 * The component that stands instead of the send button while there is nothing to send, from the first feature that has
 * one; undefined if none has.
 */
export const ComposerIdle = composerExtensions.find(({ Idle }) => Idle)?.Idle
