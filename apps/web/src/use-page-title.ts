import { useLayoutEffect } from 'react'

/** Sets the title of the page. It stays when the component is unmounted. */
export function usePageTitle(title: string): void {
  useLayoutEffect(() => {
    document.title = title
  }, [title])
}
