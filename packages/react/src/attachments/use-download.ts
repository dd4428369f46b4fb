import { cleanFileName } from '@parley/protocol/features/attachment-rules'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'

/**
 * An action that saves a file on the person's device. It asks for the address when it runs, because addresses are valid
 * for some minutes only.
 *
 * @example const { run, isRunning, error } = useDownload(id, name)
 */
export function useDownload(id: string, name: string) {
  const chat = useChat()
  return useAction(async () => {
    const link = document.createElement('a')
    link.href = await chat.attachments.url(id, 'original')
    link.download = cleanFileName(name)
    link.rel = 'noopener'
    // Browsers do not save a file from another origin, but open it: in another tab, so that this page stays.
    link.target = '_blank'
    document.body.append(link)
    link.click()
    link.remove()
  })
}
