import { cleanFileName } from '@parley/protocol/features/attachment-rules'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'

/**
 * Saves a file on the person's device. Its address is asked for at the press, because addresses last for minutes.
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
    // From another origin it opens there instead, beside this page.
    link.target = '_blank'
    document.body.append(link)
    link.click()
    link.remove()
  })
}
