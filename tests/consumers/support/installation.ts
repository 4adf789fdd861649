import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);

const wasmFolder = fileURLToPath(new URL('../../../wasm/', import.meta.url));

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>;
}

/** A project of somebody else's, with the packed module installed as npm does it, and nothing else of this repository. */
export class Installation implements AsyncDisposable {
  readonly folder: string;
  readonly packageFolder: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.packageFolder = join(folder, 'node_modules/eventglass');
  }

  /** Packs what is built, and installs it without a network. */
  static async make(): Promise<Installation> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'eventglass-consumer-')));
    await run('pnpm', ['pack', '--out', join(folder, 'eventglass.tgz')], { cwd: wasmFolder });
    const manifest = await readFile(join(wasmFolder, 'package.json'), 'utf8');
    const { dependencies } = JSON.parse(manifest) as PackageJson;
    const overrides: Record<string, string> = {};
    for (const name of Object.keys(dependencies)) {
      overrides[name] = `file:${await realpath(join(wasmFolder, 'node_modules', name))}`;
    }
    const project = {
      private: true,
      type: 'module',
      dependencies: { eventglass: 'file:./eventglass.tgz' },
      overrides,
    };
    await writeFile(join(folder, 'package.json'), JSON.stringify(project));
    // Folders of dependencies are taken as they are; what npm would build is built.
    const quiet = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--cache',
      join(folder, '.npm'),
    ];
    await run('npm', ['install', '--offline', ...quiet], { cwd: folder });
    return new Installation(folder);
  }

  /** Runs a script with this project's modules, and answers what it prints. */
  async runNode(script: string, ...parameters: readonly string[]): Promise<string> {
    const input = ['--input-type=module', '--expose-gc', '--eval', script, '--', ...parameters];
    const { stdout } = await run(process.execPath, input, { cwd: this.folder });
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
