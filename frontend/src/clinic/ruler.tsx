import { judge, ranges, type MeasureName } from './vitals';

const pins = { usual: 'pin', unusual: 'pin near', dangerous: 'pin out' } as const;

/** A scale with the usual range, the last value and the one now. It never changes height. */
export function Ruler({ name, value, last }: { name: MeasureName; value: unknown; last?: unknown }) {
  const { scale, usual } = ranges[name];
  const share = (at: number) => Math.min(100, Math.max(0, ((at - scale[0]) / (scale[1] - scale[0])) * 100));
  const [now, was] = [judge(name, value), judge(name, last)];
  return (
    <span className="rul" aria-hidden="true">
      {usual && (
        <i className="band" style={{ left: `${share(usual[0])}%`, right: `${100 - share(usual[1])}%` }} />
      )}
      {was && <i className="was" style={{ left: `${was.at}%` }} />}
      {now && <i className={pins[now.judgement]} style={{ left: `${now.at}%` }} />}
    </span>
  );
}
