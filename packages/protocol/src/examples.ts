/** Ids for the examples of operations. */
export const exampleIds = {
  user: 'ana',
  session: '01970000-0000-7000-8000-000000000002',
  conversation: '01970000-0000-7000-8000-000000000001',
  message: '01970000-0000-7000-8000-0000000000aa',
  /** The `next` of a page. */
  cursor: '1700000000000_01970000-0000-7000-8000-0000000000aa',
  attachment: '01970000-0000-7000-8000-0000000000ff',
}
