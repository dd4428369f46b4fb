import { type ButtonHTMLAttributes, forwardRef } from 'react'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'
import type { IconDrawing } from './icon-paths.ts'

interface Native extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Takes the focus when the dialog around it opens. */
  'data-dialog-entry'?: boolean
}

interface ButtonProps extends Native {
  look?: 'primary' | 'plain' | 'danger' | 'quiet'
  icon?: IconDrawing
  /** Shows that an action is running, and disables the button. */
  isBusy?: boolean
}

/**
 * A button with a label (`children`) and perhaps an icon before it. `isBusy` disables it and marks it as busy for
 * screen readers. Its `type` is `button` unless another one is given; other props and `ref` go to the `<button>`.
 */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(props, ref) {
  const { look = 'plain', icon, isBusy, className, children, disabled, ...native } = props
  return (
    <button
      type="button"
      {...native}
      ref={ref}
      className={classNames('parley-button', `parley-button--${look}`, className)}
      aria-busy={isBusy || undefined}
      disabled={disabled || isBusy}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
})

interface IconButtonProps extends Native {
  /** Its action, for screen readers and as a tooltip. */
  label: string
  icon: IconDrawing
  look?: 'plain' | 'primary' | 'danger'
}

/**
 * A button that shows only an icon; `label` is its name for screen readers and, unless `title` is given, its tooltip.
 * Its `type` is `button` unless another one is given; other props and `ref` go to the `<button>`.
 */
export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(props, ref) {
  const { label, icon, look = 'plain', className, ...native } = props
  return (
    <button
      type="button"
      title={label}
      {...native}
      ref={ref}
      className={classNames('parley-icon-button', `parley-icon-button--${look}`, className)}
      aria-label={label}
    >
      <Icon name={icon} />
    </button>
  )
})
