import { useState } from 'react'

interface StorageNoticeProps {
  keepsSession: boolean
  keepsUnsent: boolean
}

/**
 * Says what will be lost because the browser's storage is full or blocked: unsent messages without `keepsUnsent`; the
 * session, drafts and unsent messages without `keepsSession`. Shows nothing with both, and after the person dismissed
 * it.
 */
export function StorageNotice({ keepsSession, keepsUnsent }: StorageNoticeProps) {
  const [isRead, setIsRead] = useState(false)
  if (isRead || (keepsSession && keepsUnsent)) return null
  return (
    <div className="web-keeping" role="status">
      <p>
        This browser’s storage is full or blocked.{' '}
        {keepsSession
          ? 'Messages that are not sent when you close this page are lost.'
          : 'When you close or reload this page you are signed out, and drafts and unsent messages are lost.'}
      </p>
      <button type="button" className="parley-button parley-button--quiet" onClick={() => setIsRead(true)}>
        Understood
      </button>
    </div>
  )
}
