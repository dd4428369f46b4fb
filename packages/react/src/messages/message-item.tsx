import type { User } from '@parley/protocol'
import { memo } from 'react'
import { dayOf } from '../hooks/start-of-day.ts'
import { useToday } from '../hooks/use-today.ts'
import { type SendStage, SendState } from '../receipts/send-state.tsx'
import { useSlots } from '../slots.ts'
import { Slotted } from '../slotted.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { hueOf } from '../ui/avatar.tsx'
import { BotBadge } from '../users/bot-badge.tsx'
import { UserAvatar } from '../users/user-avatar.tsx'
import { MessageActionBar } from './actions/message-action-bar.tsx'
import { Bubble } from './bubble.tsx'
import { FailureNote } from './failure-note.tsx'
import type { MessageCommands, MessageViewer } from './message-extension.ts'
import { messageFooters } from './message-extensions.tsx'
import { MessageTime } from './message-time.tsx'
import { isPending, type ShownMessage } from './timeline/message-rows.ts'
import type { MessageLook } from './timeline/use-message-look.ts'

interface MessageItemProps {
  message: ShownMessage
  startsDay: boolean
  startsGroup: boolean
  endsGroup: boolean
  startsUnread: boolean
  look: MessageLook
  isOwn: boolean
  /** Does it show the name and picture of its sender, as in a room? */
  isSigned: boolean
  sender: User | undefined
  /**
   * Sent, delivered or read; null if it shows none: messages of others, and messages older than one with the same
   * stage.
   */
  stage: SendStage | null
  /** Is it the row that takes the focus when the person enters the list by keyboard? */
  isEntry: boolean
  viewer: MessageViewer
  commands: MessageCommands
}

/**
 * The row of one message as an `<li>`, with the heading of its day above if `startsDay`, and the unread divider if
 * `startsUnread`. A `system` message is a line of text without sender and actions; a failed one has a `FailureNote`;
 * pending and deleted ones have no action bar. Memoised: it renders again only if a prop is another value or the texts
 * change, so `viewer` and `commands` must be stable objects.
 */
export const MessageItem = memo(function MessageItem(props: MessageItemProps) {
  const { message, startsDay, startsUnread, isEntry } = props
  const texts = useTexts().messages
  return (
    <li
      className="parley-row"
      data-row={message.id}
      tabIndex={isEntry ? 0 : -1}
      data-region-entry={isEntry || undefined}
      data-starts-group={props.startsGroup}
    >
      {startsDay && <DayHeading time={message.createdAt} />}
      {startsUnread && (
        <p className="parley-unread-divider">
          <span>{texts.newMessages}</span>
        </p>
      )}
      {message.type === 'system' ? <SystemNote message={message} /> : <UserMessage {...props} />}
    </li>
  )
})

function DayHeading({ time }: { time: number }) {
  const today = useToday()
  const { times } = useTexts()
  return (
    <p className="parley-day">
      <time dateTime={dayOf(time)}>{times.day(time, today)}</time>
    </p>
  )
}

function SystemNote({ message }: { message: ShownMessage }) {
  const texts = useTexts().messages
  return (
    <p className="parley-system" data-anchor={message.id} dir="auto">
      {message.body?.kind === 'plain' ? message.body.text : texts.deleted}
    </p>
  )
}

function UserMessage(props: MessageItemProps) {
  const { message, commands, startsGroup, endsGroup } = props
  const isRow = props.look === 'rows'
  const hasFacts = endsGroup && !isRow
  const state = props.stage && message.body !== null && <SendState stage={props.stage} withWord={hasFacts} />
  return (
    <div className="parley-said" data-look={props.look} data-own={props.isOwn && !isRow} data-ends-group={endsGroup}>
      {props.isSigned && (
        <span className="parley-said__picture">
          {startsGroup ? <UserAvatar user={props.sender} size="small" /> : isRow && <MessageTime {...message} />}
        </span>
      )}
      <div className="parley-said__column">
        <Author {...props} />
        <div className="parley-said__bubble">
          <SlottedBubble {...props} />
          {!hasFacts && state}
          {!isPending(message) && message.body !== null && (
            <MessageActionBar
              message={message}
              viewer={props.viewer}
              commands={commands}
              withTime={!hasFacts && !isRow}
            />
          )}
        </div>
        {messageFooters.map(({ name, Footer }) => (
          <Footer key={name} message={message} commands={commands} />
        ))}
        {hasFacts && (
          <p className="parley-said__facts" dir="ltr">
            <MessageTime {...message} />
            {state}
          </p>
        )}
        {isPending(message) && message.status === 'failed' && <FailureNote message={message} />}
      </div>
    </div>
  )
}

function SlottedBubble({ message, commands, sender, isOwn }: MessageItemProps) {
  return (
    <Slotted Slot={useSlots().Message} given={{ message, sender, isOwn }}>
      <Bubble message={message} commands={commands} />
    </Slotted>
  )
}

/**
 * The name of the sender: visible for the first message of a group if `isSigned`, otherwise only for screen readers.
 */
function Author({ message, look, isOwn, isSigned, sender, startsGroup }: MessageItemProps) {
  const texts = useTexts().messages
  const name = sender?.displayName ?? texts.unknownSender
  if (!isSigned || !startsGroup) {
    return <span className="parley-visually-hidden">{texts.saidBy(isOwn ? texts.you : name)}</span>
  }
  return (
    <p className="parley-said__author">
      <bdi className="parley-said__name" data-hue={hueOf(message.senderId)} title={sender && `@${sender.username}`}>
        {name}
      </bdi>{' '}
      <BotBadge user={sender} />
      {look === 'rows' && <MessageTime {...message} />}
    </p>
  )
}
