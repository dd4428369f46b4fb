import { type InputHTMLAttributes, type ReactNode, useId } from 'react'

interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string
  /** Help below the field, shown if there is no problem. */
  hint?: ReactNode
  /** A sentence that says why the value is wrong. */
  problem?: string | null
  /** An element at the end of the field. */
  end?: ReactNode
  /** Takes the focus when the dialog around it opens. */
  'data-dialog-entry'?: boolean
}

/**
 * A text input with its label, and with the element `end` at its end. Below it stands `problem` or, if that is null or
 * undefined, `hint`. Other props go to the `<input>`, except `id`, `className`, `aria-invalid` and `aria-describedby`,
 * which the field sets itself.
 */
export function TextField({ label, hint, problem, end, ...native }: TextFieldProps) {
  const id = useId()
  const note = problem ?? hint
  return (
    <div className="parley-field">
      <label className="parley-field__label" htmlFor={id}>
        {label}
      </label>
      <span className="parley-field__box">
        <input
          {...native}
          id={id}
          className="parley-input"
          aria-invalid={problem ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
        />
        {end}
      </span>
      {note && (
        <p id={`${id}-note`} className={problem ? 'parley-field__problem' : 'parley-field__hint'}>
          {note}
        </p>
      )}
    </div>
  )
}

interface Choice<V extends string> {
  value: V
  label: string
  hint?: string
}

export interface ChoiceFieldProps<V extends string> {
  label: string
  value: V
  choices: readonly Choice<V>[]
  onChange: (value: V) => void
}

/**
 * A labelled group of radio buttons, of which the one with `value` is chosen. A press on another one calls `onChange`
 * with its value: the parent then passes that as `value`.
 */
export function ChoiceField<V extends string>({ label, value, choices, onChange }: ChoiceFieldProps<V>) {
  const name = useId()
  return (
    <fieldset className="parley-choices">
      <legend className="parley-field__label">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className="parley-choice">
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>
            <span className="parley-choice__label">{choice.label}</span>
            {choice.hint && <span className="parley-choice__hint">{choice.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
