import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useId } from 'react';
import { Note } from './field';

interface Props<T extends string> {
  label: string;
  hideLabel?: boolean;
  value: T | '';
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  problem?: string | undefined;
  ref?: React.Ref<HTMLButtonElement>;
}

/** Up to five choices, all of them visible. Arrow keys walk, as in any group of radios. */
export function Segments<T extends string>({
  label,
  hideLabel,
  value,
  options,
  onChange,
  problem,
  ref,
}: Props<T>) {
  const id = useId();
  const reachable = options.some((option) => option.value === value) ? value : options[0]?.value;
  const step = (event: React.KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = options.findIndex((option) => option.value === value);
    const next = options[(at + by + options.length) % options.length]!;
    onChange(next.value);
    event.currentTarget.querySelector<HTMLElement>(`[value="${next.value}"]`)?.focus();
  };
  return (
    <div className="field">
      <span className={hideLabel ? 'sr' : 'lab'} id={id}>
        {label}
      </span>
      <ToggleButtonGroup
        exclusive
        role="radiogroup"
        value={value}
        aria-labelledby={id}
        aria-describedby={`${id}-note`}
        onChange={(_, next: T | null) => next !== null && onChange(next)}
        onKeyDown={step}
      >
        {options.map((option) => (
          <ToggleButton
            key={option.value}
            value={option.value}
            role="radio"
            aria-pressed={undefined}
            aria-checked={option.value === value}
            data-gap={problem !== undefined && option.value === reachable ? '' : undefined}
            tabIndex={option.value === reachable ? 0 : -1}
            ref={option.value === reachable ? ref : undefined}
          >
            {option.label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Note id={`${id}-note`} problem={problem} />
    </div>
  );
}
