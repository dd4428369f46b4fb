import { useId } from 'react'

interface SelectFieldProps {
  label: string
  value: string
  choices: readonly { value: string; label: string }[]
  onChange: (value: string) => void
}

/** A labelled native `<select>`. `value` must be one of the `choices`: for another one the browser shows the first. */
export function SelectField({ label, value, choices, onChange }: SelectFieldProps) {
  const id = useId()
  return (
    <div className="parley-field">
      <label className="parley-field__label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="parley-input" value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  )
}
