import BlockOutlined from '@mui/icons-material/BlockOutlined';
import OutlinedInput, { type OutlinedInputProps } from '@mui/material/OutlinedInput';
import { useId } from 'react';

interface Own {
  label: React.ReactNode;
  hint?: React.ReactNode;
  problem?: string;
  unit?: string;
  optional?: string;
  labelEnd?: React.ReactNode;
  /** For a field whose part of the form has its name in the margin already. */
  hideLabel?: boolean;
}

/** Label above, unit inside, hint or problem below in space that is always there. */
export function Field({
  label,
  hint,
  problem,
  unit,
  optional,
  labelEnd,
  hideLabel,
  inputProps,
  ...input
}: Own & OutlinedInputProps) {
  const id = useId();
  return (
    <div className="field">
      <label className={hideLabel ? 'sr' : 'lab row'} htmlFor={id}>
        <span className="grow">
          {label} {optional && <span className="opt">{optional}</span>}
        </span>
        {labelEnd}
      </label>
      <OutlinedInput
        id={id}
        autoComplete="off"
        error={problem !== undefined}
        endAdornment={unit && <span className="unit">{unit}</span>}
        {...input}
        inputProps={{ 'aria-describedby': `${id}-note`, ...inputProps }}
      />
      <Note id={`${id}-note`} hint={hint} problem={problem} />
    </div>
  );
}

export function Note({
  id,
  hint,
  problem,
}: {
  id: string;
  hint?: React.ReactNode;
  problem?: string | undefined;
}) {
  return problem === undefined ? (
    <div className="hint" id={id}>
      {hint}
    </div>
  ) : (
    <p className="err" id={id}>
      <BlockOutlined />
      {problem}
    </p>
  );
}
