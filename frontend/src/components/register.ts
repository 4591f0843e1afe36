import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form';

/** A form's field as MUI's inputs take it: the ref belongs to the element that has the focus. */
export function registered<T extends FieldValues>(form: UseFormReturn<T>, name: FieldPath<T>) {
  const { ref, ...rest } = form.register(name);
  return { ...rest, inputRef: ref };
}
