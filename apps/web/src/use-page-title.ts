import { useLayoutEffect } from 'react'

/** What the tab of the browser says, as long as the component is there. */
export function usePageTitle(title: string): void {
  useLayoutEffect(() => {
    document.title = title
  }, [title])
}
