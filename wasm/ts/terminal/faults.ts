/** Why the program ends, by its exit code. */
export const EXIT = { fine: 0, fault: 1, usage: 2 } as const;

/** Something that the program can't go on from: the backend, a file. Lines for people. */
export class Fault extends Error {
  readonly lines: readonly string[];
  readonly exitCode: number;

  constructor(lines: readonly string[], exitCode: number = EXIT.fault) {
    super(lines.join('\n'));
    this.lines = lines;
    this.exitCode = exitCode;
  }
}

/** The program was asked for something that there is not. */
export class UsageFault extends Fault {
  constructor(...lines: readonly string[]) {
    super(lines, EXIT.usage);
  }
}

/** Somebody has ended the program; nothing more is to be said. */
export class Cancelled extends Error {}
