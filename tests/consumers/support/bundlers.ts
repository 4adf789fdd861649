import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import webpack from 'webpack';
import type { Installation } from './installation.js';
import { runQuietly } from './quiet_run.js';

const pageFolder = fileURLToPath(new URL('../page/', import.meta.url));
const require = createRequire(import.meta.url);

/** The command of a package, as `npx` finds it. */
const commandOf = (name: string, file: string) =>
  join(dirname(require.resolve(`${name}/package.json`)), file);

/** Copies the page's sources into a folder of their own beside the installed module, with a tag for the script. */
async function copyPage(installation: Installation, name: string, script: string): Promise<string> {
  const folder = join(installation.folder, name);
  await cp(pageFolder, folder, { recursive: true });
  await addScript(join(folder, 'index.html'), script);
  return folder;
}

async function addScript(file: string, script: string): Promise<void> {
  const html = await readFile(file, 'utf8');
  await writeFile(file, html.replace('<!-- scripts -->', script));
}

/** Makes a page of the consumer's sources, and answers the folder to serve; throws where there is a warning. */
export type Bundle = (installation: Installation) => Promise<string>;

const vite: Bundle = async (installation) => {
  const script = '<script type="module" src="/src/index.js"></script>';
  const folder = await copyPage(installation, 'vite', script);
  await runQuietly(folder, [commandOf('vite', 'bin/vite.js'), 'build']);
  return join(folder, 'dist');
};

const bundleWithWebpack: Bundle = async (installation) => {
  const folder = await copyPage(installation, 'webpack', '<script defer src="main.js"></script>');
  const compiler = webpack({
    mode: 'production',
    // In place of the working directory, which here is another's.
    context: folder,
    output: { path: join(folder, 'dist') },
  });
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    compiler.run((error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
  const { errors = [], warnings = [] } =
    stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
  // Its advice about large files: the binary is one.
  const complaints = [...errors, ...warnings].filter(({ message }) => !/size limit/.test(message));
  if (complaints.length > 0) throw new Error(JSON.stringify(complaints));
  await copyFile(join(folder, 'index.html'), join(folder, 'dist/index.html'));
  return join(folder, 'dist');
};

/** Entry points and the option that esbuild takes, as wasm/README.md says. */
async function esbuildParameters(installation: Installation): Promise<readonly string[]> {
  const readme = await readFile(join(installation.packageFolder, 'README.md'), 'utf8');
  const [, parameters] = /^esbuild main\.js (.*?)\n```/ms.exec(readme) ?? [];
  if (parameters === undefined) throw new Error('the README has no command for esbuild');
  return parameters.split(/[\s\\]+/);
}

const bundleWithEsbuild =
  (name: string, ...more: string[]): Bundle =>
  async (installation) => {
    // Not at the root, above which there is nothing that an address could lead to.
    const script = '<script type="module" src="out/index.js"></script>';
    const folder = await copyPage(installation, name, script);
    const parameters = await esbuildParameters(installation);
    const entries = ['src/index.js', 'own_worker=src/own_worker.js'];
    const options = [...more, '--log-level=warning'];
    const command = commandOf('esbuild', 'bin/esbuild');
    await runQuietly(folder, [command, ...entries, ...parameters, ...options]);
    return folder;
  };

/** The page on Vite's development server: its URL, and what ends it. */
export async function serveWithVite(
  installation: Installation,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const script = '<script type="module" src="/src/index.js"></script>';
  const root = await copyPage(installation, 'vite-dev', script);
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'warn',
    server: { port: 0, host: '127.0.0.1' },
  });
  await server.listen();
  const { port } = server.httpServer?.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** An import map for the page; workers have none, and name the file. */
export async function unbundled(
  installation: Installation,
  name: string,
  entry = 'index',
): Promise<string> {
  const imports = {
    eventglass: './eventglass/dist/index.js',
    'eventglass/client': './eventglass/dist/client/index.js',
    'eventglass/sources': './eventglass/dist/sources.js',
  };
  const importMap = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  const script = `${importMap}<script type="module" src="src/${entry}.js"></script>`;
  const folder = await copyPage(installation, name, script);
  await mkdir(join(folder, 'eventglass'));
  await cp(installation.packageFolder, join(folder, 'eventglass'), { recursive: true });
  const counts = join(folder, 'src/counts.js');
  const source = await readFile(counts, 'utf8');
  await writeFile(counts, source.replace("'eventglass'", "'../eventglass/dist/index.js'"));
  return folder;
}

export const bundles: Readonly<Record<string, Bundle>> = {
  Vite: vite,
  'webpack 5': bundleWithWebpack,
  esbuild: bundleWithEsbuild('esbuild'),
  'esbuild, split': bundleWithEsbuild('esbuild-split', '--splitting'),
  'no bundler': (installation) => unbundled(installation, 'unbundled'),
};
