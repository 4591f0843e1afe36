import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
});

const spelledUpTo = 20;
const spelled = (value: unknown): string => {
  const number = Number(value);
  return Number.isInteger(number) && number >= 0 && number <= spelledUpTo
    ? i18next.t(`numbers.${number as 0}`)
    : number.toLocaleString('en');
};

// Sentences write numbers up to twenty as words; `opening` begins one with them.
i18next.services.formatter?.add('spelled', spelled);
i18next.services.formatter?.add('opening', (value) => {
  const word = spelled(value);
  return word.charAt(0).toUpperCase() + word.slice(1);
});

export default i18next;
