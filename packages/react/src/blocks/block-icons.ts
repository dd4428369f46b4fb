/** A circle with a line through it. */
export const blockIcon = { path: 'M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM6 6l12 12' }
