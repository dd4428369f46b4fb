import { useEffect } from 'react'

/** Sets the title of the page. It stays when the component is unmounted. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title
  }, [title])
}
