/** A line of a menu. */
export interface MenuItem {
  readonly label: string;
  /** Keys that do the same, for people. */
  readonly keys?: string;
  /** It does nothing at present. */
  readonly isDisabled?: boolean;
  /** The menu stays, so that it can be chosen again. */
  readonly staysOpen?: boolean;
  readonly run: () => void;
}
