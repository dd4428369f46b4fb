import type { ButtonHTMLAttributes, Ref } from 'react'
import { classNames } from './class-names.ts'
import { Icon, type IconName } from './icon.tsx'

interface Native extends ButtonHTMLAttributes<HTMLButtonElement> {
  ref?: Ref<HTMLButtonElement>
  /** In a dialog: takes the focus when it opens. */
  'data-dialog-entry'?: boolean
}

interface ButtonProps extends Native {
  look?: 'primary' | 'plain' | 'danger' | 'quiet'
  icon?: IconName
  /** Shows that it works on something; it takes no further press then. */
  isBusy?: boolean
}

export function Button({ look = 'plain', icon, isBusy, className, children, disabled, ...native }: ButtonProps) {
  return (
    <button
      type="button"
      {...native}
      className={classNames('parley-button', `parley-button--${look}`, className)}
      aria-busy={isBusy || undefined}
      disabled={disabled || isBusy}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

interface IconButtonProps extends Native {
  /** What it does, for assistive technology and as a tooltip. */
  label: string
  icon: IconName
  look?: 'plain' | 'primary' | 'danger'
}

export function IconButton({ label, icon, look = 'plain', className, ...native }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...native}
      className={classNames('parley-icon-button', `parley-icon-button--${look}`, className)}
      aria-label={label}
    >
      <Icon name={icon} />
    </button>
  )
}
