import type { User } from '@parley/protocol'
import { memo } from 'react'
import { useToday } from '../hooks/use-today.ts'
import type { SendStage } from '../receipts/send-state.tsx'
import { formatDay } from '../texts/time-format.ts'
import { UserAvatar } from '../users/user-avatar.tsx'
import { MessageActions } from './message-actions.tsx'
import { FailureNote, MessageBubble } from './message-bubble.tsx'
import { isPending, type ShownMessage } from './timeline/message-rows.ts'

/** What can be done with a message; the same functions for every row, so that rows are drawn only when they change. */
export interface MessageDeeds {
  copy: (message: ShownMessage) => void
  edit: (message: ShownMessage) => void
  /** Asks first, and gives the focus back to the row. */
  remove: (message: ShownMessage) => void
  retry: (message: ShownMessage) => void
}

export interface MessageItemProps {
  message: ShownMessage
  startsDay: boolean
  startsGroup: boolean
  endsGroup: boolean
  startsUnread: boolean
  isOwn: boolean
  /** With name and picture of the sender, as in a room. */
  isSigned: boolean
  sender: User | undefined
  stage: SendStage | null
  mayEdit: boolean
  mayDelete: boolean
  /** Is it the row that takes the focus when one comes to the list by keyboard? */
  isEntry: boolean
  deeds: MessageDeeds
}

/** One message, with the day and the unread divider above it where they belong. */
export const MessageItem = memo(function MessageItem(props: MessageItemProps) {
  const { message, startsDay, startsUnread, isEntry } = props
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
          <span>New</span>
        </p>
      )}
      {message.type === 'system' ? <SystemNote message={message} /> : <Said {...props} />}
    </li>
  )
})

function DayHeading({ time }: { time: number }) {
  const today = useToday()
  return (
    <p className="parley-day">
      <time dateTime={new Date(time).toISOString().slice(0, 10)}>{formatDay(time, today)}</time>
    </p>
  )
}

function SystemNote({ message }: { message: ShownMessage }) {
  return (
    <p className="parley-system" data-anchor={message.id} dir="auto">
      {message.body?.kind === 'plain' ? message.body.text : 'Message deleted'}
    </p>
  )
}

function Said({ message, isOwn, isSigned, sender, stage, startsGroup, endsGroup, ...props }: MessageItemProps) {
  const { deeds, mayEdit, mayDelete } = props
  const name = sender?.displayName ?? 'Somebody'
  const hasFailed = isPending(message) && message.status === 'failed'
  return (
    <div className="parley-said" data-own={isOwn} data-signed={isSigned} data-ends-group={endsGroup}>
      {isSigned && (
        <span className="parley-said__picture">{startsGroup && <UserAvatar user={sender} size="small" />}</span>
      )}
      <div className="parley-said__column">
        {isSigned && startsGroup ? (
          <bdi className="parley-said__name">{name}</bdi>
        ) : (
          <span className="parley-visually-hidden">{isOwn ? 'You' : name}:</span>
        )}
        <div className="parley-said__bubble">
          <MessageBubble message={message} stage={stage} />
          {!isPending(message) && message.body !== null && (
            <MessageActions
              onCopy={() => deeds.copy(message)}
              onEdit={mayEdit ? () => deeds.edit(message) : undefined}
              onDelete={mayDelete ? () => deeds.remove(message) : undefined}
            />
          )}
        </div>
        {hasFailed && (
          <FailureNote
            error={message.error}
            onRetry={() => deeds.retry(message)}
            onDelete={() => deeds.remove(message)}
          />
        )}
      </div>
    </div>
  )
}
