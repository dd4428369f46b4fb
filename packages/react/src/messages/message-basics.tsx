import { copyText } from '../headless/clipboard/copy-text.ts'
import { mayDeleteOthersMessages } from '../memberships/permissions.ts'
import { DeleteDialog } from './actions/delete-dialog.tsx'
import type { MessageAction, MessageContentProps, MessageExtension } from './message-extension.ts'
import { MessageText } from './text/message-text.tsx'
import { isPending } from './timeline/message-rows.ts'

const copy: MessageAction = {
  name: 'copy',
  label: ({ messages }) => messages.copy,
  icon: 'copy',
  isInBar: true,
  key: 'c',
  isOpenTo: (message) => !isPending(message) && message.body?.kind === 'plain' && message.body.text.trim() !== '',
  run: ({ body }, { notify }) => {
    if (body?.kind !== 'plain') return
    copyText(body.text).then(
      () => notify(({ messages }) => messages.copied),
      () => notify(({ messages }) => messages.notCopied),
    )
  },
}

const edit: MessageAction = {
  name: 'edit',
  label: ({ messages }) => messages.edit,
  icon: 'edit',
  isInBar: true,
  key: 'e',
  isOpenTo: (message, { userId }) =>
    !isPending(message) && message.body?.kind === 'plain' && message.senderId === userId,
  run: (message, { edit }) => void (!isPending(message) && edit(message)),
}

const remove: MessageAction = {
  name: 'delete',
  label: ({ messages }) => messages.delete,
  icon: 'trash',
  isDanger: true,
  key: 'delete',
  isOpenTo: (message, { userId, role }) =>
    isPending(message) ? message.status === 'failed' : message.senderId === userId || mayDeleteOthersMessages(role),
  run: (message, { chat, open }) =>
    isPending(message) ? chat.messages.cancel(message.id) : open(message, DeleteDialog),
}

const isPictograph = /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator})/u
// Undefined in some browsers older than 2024, which show emoji like any other text.
const graphemes = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Does the message have up to three emoji and nothing else? They are shown large. */
function isEmojiAlone(body: MessageContentProps['body']): boolean {
  const text = body.text.replace(/\s/g, '')
  const hasMore = Object.keys(body).some((part) => part !== 'kind' && part !== 'text')
  // Three emoji have fewer code units: a long text is not segmented, because that is slow.
  if (hasMore || text === '' || text.length > 120 || !graphemes) return false
  const signs = Array.from(graphemes.segment(text), ({ segment }) => segment)
  return signs.length <= 3 && signs.every((sign) => isPictograph.test(sign))
}

/** The extension for every message: its text, and the actions copy, edit and delete. */
export const messageBasics: MessageExtension = {
  name: 'basics',
  content: {
    part: 'text',
    Component: ({ body }) => (
      <span className={isEmojiAlone(body) ? 'parley-bubble__text parley-bubble__emoji' : 'parley-bubble__text'}>
        <MessageText text={body.text} />
      </span>
    ),
  },
  actions: [copy, edit, remove],
}
