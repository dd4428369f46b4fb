import { cleanFileName } from '@parley/protocol/features/attachment-rules'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'

/**
 * An action (see `useAction`) that saves a file on the person's device, under its cleaned name; a browser can open it
 * in another tab instead. It asks for the address when it runs, because addresses are valid for some minutes only; only
 * a failure of that is its error. It ends when the browser begins to load.
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
