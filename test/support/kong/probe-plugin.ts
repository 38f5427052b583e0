import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** A plugins directory for tests of the stand-in. */
export interface ProbePlugin {
  readonly pluginsDir: string
  remove(): Promise<void>
}

/**
 * Writes a package with a plugin `probe` that runs the JavaScript which its configuration gives as `access` and `log`, with `kong`
 * and `config` at hand. It runs after Kong's authentication plugins.
 */
export async function writeProbe(): Promise<ProbePlugin> {
  const pluginsDir = await mkdtemp(join(tmpdir(), 'tollgate-probe-'))
  const folder = join(pluginsDir, 'probe')
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'probe', main: 'main.js' }))
  await writeFile(join(folder, 'main.js'), SOURCE)
  return { pluginsDir, remove: () => rm(pluginsDir, { recursive: true, force: true }) }
}

const SOURCE = `
const AsyncFunction = (async () => {}).constructor
class Probe {
  constructor(config) { this.config = config }
  async access(kong) { if (this.config.access) await new AsyncFunction('kong', 'config', this.config.access)(kong, this.config) }
  async log(kong) { if (this.config.log) await new AsyncFunction('kong', 'config', this.config.log)(kong, this.config) }
}
module.exports = {
  Plugin: Probe,
  Name: 'probe',
  Version: '1.0.0',
  Priority: 900,
  Schema: [
    { access: { type: 'string' } },
    { log: { type: 'string' } },
    { secret: { type: 'string', referenceable: true, len_min: 8 } },
    { plain: { type: 'string', default: 'a default', one_of: ['a default', '{vault://env/a-secret}'] } },
  ],
}
`

/** Routes by path, each with the probe's configuration on it, all to one service. */
export function probeConfig(
  service: object,
  routes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  more: object = {},
): string {
  return stringify({
    _format_version: '3.0',
    services: [
      {
        name: 'tested',
        ...service,
        routes: Object.entries(routes).map(([path, config]) => ({
          name: path.slice(1),
          paths: [path],
          strip_path: false,
          request_buffering: false,
          response_buffering: false,
          plugins: [{ name: 'probe', config }],
        })),
      },
    ],
    ...more,
  })
}
