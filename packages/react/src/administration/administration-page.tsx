import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { ComponentRoot } from '../ui/component-root.tsx'
import { Landmark, Title } from '../ui/landmark.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { type AdministrationTexts, AdministrationTextsContext, administrationTexts } from './administration-texts.ts'
import { LogSection } from './log-section.tsx'
import { PeopleSection } from './people-section.tsx'
import { RoomsSection } from './rooms-section.tsx'

interface AdministrationPageProps {
  /** Does the whole page belong to Parley, as in `<ChatPage isPage>`? */
  isPage?: boolean
  /** Makes the address of your page with `<PasswordLinkForm>` for a token. */
  linkOf: (token: string) => string
  /** Called by the button that goes back; without it there is no such button. */
  onClose?: () => void
  /** Texts that replace the English ones. Pass the same object each time. */
  texts?: Partial<AdministrationTexts>
}

type Section = 'people' | 'rooms' | 'log'

/**
 * The administration of a server, for users with the role `admin`: people, rooms and the log, as tabs. Other users see
 * the server's refusal. With `onClose`, a button goes back, and takes the focus when the page is mounted. It fills the
 * height of its parent, or is 36rem high if the parent has no height. `linkOf` makes the address of a password link
 * from its token. Needs a `ChatProvider` around it, and `styles.css`.
 *
 * @example <AdministrationPage linkOf={(token) => `${location.origin}/#password=${token}`} onClose={close} />
 */
export function AdministrationPage({ isPage = false, linkOf, onClose, texts }: AdministrationPageProps) {
  const words = useMemo(() => ({ ...administrationTexts, ...texts }), [texts])
  const [section, setSection] = useState<Section>('people')
  const back = useRef<HTMLButtonElement>(null)
  // The button that opened this page and had the focus is gone.
  useLayoutEffect(() => back.current?.focus(), [])
  const tabs = (['people', 'rooms', 'log'] as const).map((key) => ({ key, label: words[key], face: words[key] }))
  return (
    <AdministrationTextsContext.Provider value={words}>
      <ComponentRoot isPage={isPage} shape="fill">
        <Landmark as="main" className="parley-administration parley-scroller" aria-label={words.administration}>
          <div className="parley-administration__sheet">
            <div className="parley-administration__header">
              {onClose && <IconButton ref={back} label={words.back} icon="back" onClick={onClose} />}
              <Title level={1} className="parley-administration__title">
                {words.administration}
              </Title>
            </div>
            <Tabs label={words.sections} tabs={tabs} current={section} onChange={(key) => setSection(key as Section)}>
              {section === 'people' && <PeopleSection linkOf={linkOf} />}
              {section === 'rooms' && <RoomsSection />}
              {section === 'log' && <LogSection />}
            </Tabs>
          </div>
        </Landmark>
      </ComponentRoot>
    </AdministrationTextsContext.Provider>
  )
}
