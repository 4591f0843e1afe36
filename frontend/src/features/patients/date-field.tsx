import { useTranslation } from 'react-i18next';
import { Field } from '@/components/field';
import { ageOn, dateText, readDate } from '@/lib/time';

interface Props {
  label: string;
  hideLabel?: boolean;
  value: string;
  problem?: string | undefined;
  onChange: (value: string) => void;
  onBlur: () => void;
  inputRef: React.Ref<HTMLInputElement>;
}

/** A birth date as people type it. What was understood stands below, with the age that comes of it. */
export function BirthDateField({ value, ...rest }: Props) {
  const { t } = useTranslation();
  const read = readDate(value);
  const hint =
    'date' in read
      ? t('birth.understood', { date: dateText(read.date), count: ageOn(read.date) })
      : t('birth.example');
  return (
    <Field
      {...rest}
      value={value}
      hint={hint}
      onChange={(event) => rest.onChange(event.target.value)}
      inputProps={{ inputMode: 'text' }}
    />
  );
}
