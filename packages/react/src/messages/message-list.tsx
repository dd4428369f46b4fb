import type { ConversationState } from '@parley/client'
import type { Message } from '@parley/protocol'
import type { ReactNode } from 'react'
import { useConversation } from '../conversations/use-conversations.ts'
import { AnchoredScroller } from '../headless/anchored-scroller.tsx'
import { useLongPress } from '../headless/use-long-press.ts'
import { useRowFocus } from '../headless/use-row-focus.ts'
import { useReadMarking } from '../receipts/use-receipts.ts'
import { useErrorText, useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Problem, Skeleton } from '../ui/notice.tsx'
import { ActionNotice } from './actions/action-notice.tsx'
import { ActionProblem } from './actions/action-problem.tsx'
import { MessageSheet } from './actions/message-sheet.tsx'
import { OpenDialog } from './actions/open-dialog.tsx'
import { useMessageCommands } from './actions/use-message-commands.ts'
import { JumpToLatest } from './jump-to-latest.tsx'
import { messageActions } from './message-extensions.tsx'
import { MessageRows } from './message-rows-view.tsx'
import { type Opening, useOpening } from './timeline/use-opening.ts'
import { useTimeline } from './timeline/use-timeline.ts'
import { useViewer } from './timeline/use-viewer.ts'

interface MessageListProps {
  conversationId: string
  /** The person chose to edit this message. */
  onEdit: (message: Message) => void
  /** Escape was pressed in the list. */
  onLeave: () => void
  /** Shown above the very first message. */
  beginning?: ReactNode
}

/**
 * The messages of a conversation, with their actions. Loads them itself, with pages of history as the person scrolls;
 * if that fails, it shows the error there with a button that tries again. Opens at the first unread message, else at
 * the last scroll position, else at the end. Keeps the scroll position when messages are added, or stays at the end,
 * where it also scrolls when the person sends one; renders only the rows near it. Marks the conversation as read while
 * its end is shown and the page is visible and has the focus. Escape calls `onLeave`, the choice to edit a message
 * `onEdit`. Use the conversation's id as its React key, too.
 *
 * @example <MessageList key={id} conversationId={id} onEdit={setEdited} onLeave={focusComposer} />
 */
export function MessageList(props: MessageListProps) {
  const { opening, error, retry, clearUnread } = useOpening(props.conversationId)
  const conversationState = useConversation(props.conversationId)
  const { page, messages: texts } = useTexts()
  if (conversationState && opening)
    return <Timeline {...props} conversationState={conversationState} opening={opening} onClearUnread={clearUnread} />
  return (
    <div className="parley-messages parley-messages--waiting" data-region="messages">
      <Problem error={error} />
      {error ? (
        <Button onClick={() => retry()}>{page.tryAgain}</Button>
      ) : (
        <Skeleton label={texts.loadingMessages} rows={7} />
      )}
    </div>
  )
}

interface TimelineProps extends MessageListProps {
  conversationState: ConversationState
  opening: Opening
  onClearUnread: () => void
}

/** Links and buttons keep their own long press, except pictures (`data-long-press`), which fill their whole message. */
const isNoControl = (target: Element) => !target.closest('a, button:not([data-long-press])')

function Timeline({
  conversationId,
  conversationState,
  opening,
  beginning,
  onEdit,
  onLeave,
  onClearUnread,
}: TimelineProps) {
  const timeline = useTimeline(conversationState, opening, onClearUnread)
  const viewer = useViewer(conversationId)
  const actions = useMessageCommands(messageActions, { conversationState, viewer, onEdit })
  const { commands } = actions
  const longPress = useLongPress((target) => actions.openFor(target, MessageSheet), isNoControl)
  const leave = () => {
    onClearUnread()
    onLeave()
  }
  const focus = useRowFocus({ ...actions.keys, escape: leave })
  useReadMarking(conversationId, timeline.isNearEnd)
  return (
    <div className="parley-messages" data-region="messages">
      <AnchoredScroller
        className="parley-messages__scroller parley-scroller"
        initialTarget={opening.target}
        lastKey={timeline.lastKey}
        followedKey={timeline.endRequests}
        reachesEnd={timeline.reachesEnd}
        onView={timeline.onView}
        onFocus={focus.onFocus}
        onKeyDown={focus.onKeyDown}
        {...longPress}
      >
        {conversationState.hasBefore ? <MissingPage side="older" timeline={timeline} /> : beginning}
        <MessageRows
          conversationState={conversationState}
          rows={timeline.rows}
          entryKey={focus.entryKey}
          viewer={viewer}
          commands={commands}
        />
        {conversationState.hasAfter && <MissingPage side="newer" timeline={timeline} />}
      </AnchoredScroller>
      <JumpToLatest
        isShown={timeline.isFarFromEnd || (conversationState.unread > 0 && !timeline.isNearEnd)}
        unread={conversationState.unread}
        onJump={timeline.showEnd}
      />
      <Problems actions={actions} timeline={timeline} />
      <ActionNotice notice={actions.notice} onDismiss={actions.dismissNotice} />
      <OpenDialog actions={actions} viewer={viewer} />
    </div>
  )
}

interface ProblemsProps {
  actions: ReturnType<typeof useMessageCommands>
  timeline: ReturnType<typeof useTimeline>
}

/** Why the last action on a message failed, or the loading of the latest messages. */
function Problems({ actions, timeline }: ProblemsProps) {
  const dismiss = () => {
    actions.dismissProblem()
    timeline.dismissEndProblem()
  }
  return <ActionProblem error={actions.problem ?? timeline.endProblem} onDismiss={dismiss} />
}

interface MissingPageProps extends Pick<ProblemsProps, 'timeline'> {
  side: 'older' | 'newer'
}

/** The placeholder of the next page, of fixed height: it says that the page is being loaded, or why that failed. */
function MissingPage({ side, timeline }: MissingPageProps) {
  const { error, retry } = timeline.history[side]
  const { page, messages: texts } = useTexts()
  const errorText = useErrorText()
  return (
    <div className="parley-missing">
      {error ? (
        <>
          <span role="alert">{errorText(error)}</span>
          <Button onClick={retry}>{page.tryAgain}</Button>
        </>
      ) : (
        <span className="parley-missing__wait">{side === 'older' ? texts.loadingEarlier : texts.loadingLater}</span>
      )}
    </div>
  )
}
