/** The pattern of every id, also of those that a host application chooses. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/
