import Dialog from '@mui/material/Dialog';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/button';
import { KeyCap } from '@/components/key-cap';

const groups = {
  everywhere: { find: ['/'], walkIn: ['N'], go: ['G', 'P S R'], help: ['?'], close: ['Esc'] },
  patient: { visit: ['V'], edit: ['E'], walk: ['J', 'K'] },
  form: { next: ['Enter'], part: ['Ctrl ↓', 'Ctrl ↑'], normal: ['Ctrl .'], save: ['Ctrl Enter'] },
  settle: { choose: ['1', '2', '3'], settle: ['Ctrl Enter'], next: ['J'] },
} as const;

type Group = keyof typeof groups;

export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="keys-title">
      <div className="keys">
        <h2 className="say" id="keys-title">
          {t('keys.title')}
        </h2>
        {(Object.keys(groups) as Group[]).map((group) => (
          <section key={group}>
            <h3 className="lab">{t(`keys.${group}.title`)}</h3>
            <dl>
              {Object.entries(groups[group]).map(([action, keys]) => (
                <div key={action}>
                  <dt>{t(`keys.${group}.${action}` as 'keys.form.next')}</dt>
                  <dd>
                    {(keys as readonly string[]).map((key) => (
                      <KeyCap key={key} keys={key} />
                    ))}
                    <span className="sr">{(keys as readonly string[]).join(', ')}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p className="note">{t('keys.note')}</p>
        <Button onClick={onClose}>{t('keys.close')}</Button>
      </div>
    </Dialog>
  );
}
