/** A key as it is written on the keyboard. Read by the eye only: `aria-keyshortcuts` says it to everyone else. */
export const KeyCap = ({ keys }: { keys: string }) => <kbd aria-hidden="true">{keys}</kbd>;
