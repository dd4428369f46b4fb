import type { MessageAction, MessageDialogProps, MessageExtension } from '../messages/message-extension.ts'
import { isPending } from '../messages/timeline/message-rows.ts'
import { QuickLayer } from './quick-layer.tsx'
import { QuickReactions } from './quick-reactions.tsx'
import { smile } from './reaction-icons.ts'
import { Tallies } from './tallies.tsx'

const react: MessageAction = {
  name: 'react',
  label: ({ reactions }) => reactions.react,
  icon: smile,
  isInBar: true,
  isInSheet: false,
  key: 'r',
  isOpenTo: (message) => !isPending(message),
  run: (message, { open }) => void (!isPending(message) && open(message, QuickLayer)),
}

/** Shows the counted reactions below a message, and lets people react from its action bar and its sheet. */
export const reactions: MessageExtension = {
  name: 'reactions',
  Footer: ({ message, commands }) =>
    !isPending(message) && message.body !== null && <Tallies message={message} commands={commands} />,
  SheetTop: (props: MessageDialogProps) => <QuickReactions {...props} />,
  actions: [react],
}
