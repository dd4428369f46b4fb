/** The SVG path of each icon, in a square of 24 units. */
export const iconPaths = {
  add: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
  check: 'M5 12.5l4.5 4.5L19 7',
  chevron: 'M7 10l5 5 5-5',
  clock: 'M12 8v4.5l2.5 2M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17z',
  close: 'M6 6l12 12M18 6L6 18',
  compass: 'M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM15.5 8.5l-2 5-5 2 2-5z',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  edit: 'M4 20l1-4L16.5 4.5l3 3L8 19z',
  hash: 'M9.5 4L7.5 20M16.5 4l-2 16M4.5 9h15M4 15h15',
  leave: 'M14 4H6v16h8M10 12h10M17 8.5l3.5 3.5-3.5 3.5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  people:
    'M9 11a3.25 3.25 0 100-6.5A3.25 3.25 0 009 11zM3 19.5c.4-3.2 2.8-5 6-5s5.6 1.8 6 5M16 5a3 3 0 010 5.8M17.5 14.8c2 .6 3.2 2.3 3.5 4.7',
  search: 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L20 20',
  send: 'M12 19V5M6 11l6-6 6 6',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8v4.4M9 14.8v4.4',
  trash: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.2 11v5.5M13.8 11v5.5',
  user: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20c.6-3.8 3.5-6 7.5-6s6.9 2.2 7.5 6',
  warning: 'M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.01',
  write: 'M12 20h8M4 20l1-4L16 5l3 3L8 19z',
} as const

export type IconName = keyof typeof iconPaths

/** An icon: the name of a shared one, or a feature's own SVG path in a square of 24 units. */
export type IconDrawing = IconName | { path: string; isMirrored?: boolean }

/** Icons that point along the line of text, and are mirrored in right-to-left text. */
export const mirroredIcons: ReadonlySet<IconName> = new Set(['back', 'leave'])
