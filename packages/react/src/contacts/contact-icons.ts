/** A person, and a plus. */
export const contactIcon = {
  path: 'M10 11.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM3.5 19.5c.5-3.3 3-5 6.5-5s6 1.7 6.5 5M19 8v6M16 11h6',
}
