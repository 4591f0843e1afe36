import { useEffect } from 'react';
import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form';

/** A form's field as MUI's inputs take it: the ref belongs to the element that has the focus. */
export function registered<T extends FieldValues>(form: UseFormReturn<T>, name: FieldPath<T>) {
  const { ref, ...rest } = form.register(name);
  return { ...rest, inputRef: ref };
}

/** After a save that was stopped by gaps, the focus goes to the first of them as the eye meets it, whatever was declared first. */
export function useFirstGap<T extends FieldValues>(form: UseFormReturn<T>) {
  const { submitCount } = form.formState;
  useEffect(() => {
    if (submitCount > 0)
      document.querySelector<HTMLElement>('form [aria-invalid="true"], form [data-gap]')?.focus();
  }, [submitCount]);
}
