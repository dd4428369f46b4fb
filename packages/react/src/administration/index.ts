/**
 * The administration of a server, for hosts that build their own screens: the page, the form of password links, the
 * hooks.
 */
export { AdministrationPage } from './administration-page.tsx'
export { type AdministrationTexts, administrationTexts } from './administration-texts.ts'
export { PasswordLinkForm } from './password-link-form.tsx'
export {
  type PeopleQuery,
  type ShownAct,
  useAdministeredPeople,
  useAdministeredRooms,
  useAdministration,
  useAdministrationActs,
} from './use-administration.ts'
