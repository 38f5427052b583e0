import { resolve } from 'node:path'
import { AUDIT, BUDGET, KEYS, SPEND, TRAIL } from './admin-usage.js'
import { parsed } from './command-line.js'
import type { Environment } from './configuration.js'
import { Failure, UsageError } from './failure.js'
import { version } from './version.js'

interface Command {
  readonly usage: string
  readonly does: string
  /** More of its usage, in lines. */
  readonly details?: string
  /** Gets what follows the command's name; returns the exit code. */
  run(args: readonly string[], env: Environment): Promise<number>
}

const KONG_FORMS = new Map<string, 'settings' | 'kubernetes'>([
  ['--settings', 'settings'],
  ['--kubernetes', 'kubernetes'],
])
const HOST_FLAGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['envoy', ['--bootstrap']],
  ['kong', [...KONG_FORMS.keys()]],
])

// Each command loads its own code: `check` needs no gRPC, and nobody waits for what is not used.
const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    usage: 'start [--config FILE]',
    does: 'run Tollgate, Envoy and, without a provider, the demo providers',
    run: async (args, env) => {
      const { config } = options(args, ['config'], 0).named
      const { start } = await import('./start.js')
      return start({ configPath: config, env })
    },
  },
  serve: {
    usage: 'serve --config FILE [--gateway envoy|kong] [--envoy-dir DIR]',
    does: 'run Tollgate beside a gateway that runs already',
    run: async (args, env) => {
      const { config, gateway, 'envoy-dir': envoyDir } = options(args, ['config', 'gateway', 'envoy-dir'], 0).named
      if (config === undefined) throw new UsageError('serve needs --config FILE')
      const { runServer } = await import('./run-server.js')
      // Envoy reads the files that name each other from wherever it was started.
      const directory = envoyDir === undefined ? {} : { envoyDir: resolve(envoyDir) }
      return runServer({ configPath: config, env, gateways: gatewaysOf(gateway, env), ...directory })
    },
  },
  check: {
    usage: 'check FILE',
    does: 'validate a configuration file',
    run: async (args, env) => {
      const [file] = options(args, [], 1).files
      if (file === undefined) throw new UsageError('check needs a FILE')
      const { check } = await import('./check.js')
      return check(file, env)
    },
  },
  render: {
    usage: 'render envoy FILE [--bootstrap] | kong FILE [--settings | --kubernetes]',
    does: "print the gateway's configuration for a file",
    run: async (args, env) => {
      const [host, file, extra] = args.filter((arg) => !arg.startsWith('-'))
      const flags = args.filter((arg) => arg.startsWith('-'))
      const known = HOST_FLAGS.get(host ?? '')
      if (known === undefined) throw new UsageError(`render knows envoy and kong, not '${host ?? ''}'`)
      const flag = flags.find((one) => !known.includes(one))
      if (flag !== undefined) throw new UsageError(`unknown option '${flag}'`)
      if (file === undefined || extra !== undefined) throw new UsageError(`render ${host} needs one FILE`)
      if (flags.length > 1) throw new UsageError(`${flags.join(' and ')}: one at a time`)
      const { renderEnvoy, renderKong } = await import('./render.js')
      const what = { configPath: file, env }
      if (host === 'envoy') return print(renderEnvoy({ ...what, form: flags[0] ? 'bootstrap' : 'parts' }).trimEnd())
      return print(renderKong({ ...what, form: KONG_FORMS.get(flags[0] ?? '') ?? 'declarative' }).trimEnd())
    },
  },
  explain: {
    usage: 'explain REQUEST.json [--as NAME:VALUE,...] [--path PATH] [--at TIME] [--config FILE] [--json]',
    does: 'say what would become of a request and why, without calling anyone',
    run: async (args, env) => (await import('./explain.js')).explain(args, env),
  },
  keys: {
    ...KEYS,
    does: 'issue, show, change, rotate and revoke virtual keys of the running Tollgate',
    run: async (args, env) => (await import('./keys.js')).keys(args, env),
  },
  spend: {
    ...SPEND,
    does: 'show what was spent',
    run: async (args, env) => (await import('./spend.js')).spend(args, env),
  },
  budget: {
    ...BUDGET,
    does: 'show what budgets hold in the running Tollgate and when they will be gone; set one to zero, or raise it',
    run: async (args, env) => (await import('./budget.js')).budget(args, env),
  },
  trail: {
    ...TRAIL,
    does: 'show who changed what by the admin API',
    run: async (args, env) => (await import('./trail.js')).trail(args, env),
  },
  audit: {
    ...AUDIT,
    does: 'report on the records of requests, show them, or erase those of somebody',
    run: async (args, env) => (await import('./audit.js')).audit(args, env),
  },
  ledger: {
    usage: 'ledger verify | show',
    does: 'check the ledger of what was spent against the counters, or print its rows',
    details: `  ledger verify [DIR...] [--config FILE] [--chain] [--json]
  ledger show [DIR...] [--config FILE] [--request ID] [--from TIME] [--to TIME]
  DIR: the directories of all Tollgates that count in one store; the one of TOLLGATE_STATE_DIR or of FILE unless said.
  Counters are those of FILE's Redis, or of the running Tollgate at TOLLGATE_BIND and TOLLGATE_ADMIN_PORT or --url URL; with --chain
  rows are not compared with them.`,
    run: async (args, env) => (await import('./ledger.js')).ledger(args, env),
  },
  test: {
    usage: 'test [PART-OF-PATH...]',
    does: 'check format, lint, types and dead code, then run the tests',
    run: async (args) => (await import('./test.js')).test(options(args, [], Number.POSITIVE_INFINITY).files),
  },
  bench: {
    usage: 'bench',
    does: 'measure against a no-op processor and bare Envoy',
    run: async (args) => (await import('../bench/main.js')).main([...args]),
  },
  eval: {
    usage: 'eval [--data DIR]',
    does: 'score how well personal data is found',
    run: async (args) => (await import('../bench/eval-pii.js')).main(args),
  },
  load: {
    usage: 'load',
    does: 'run the load test',
    run: async (args) => (await import('../bench/load.js')).main([...args]),
  },
  conformance: {
    usage: 'conformance DIR [--client DIALECT]...',
    does: 'replay recorded exchanges through the whole path',
    run: async (args) => (await import('../test/conformance/run.js')).main([...args]),
  },
  // By the time this runs it has been done: the launcher builds before anything else.
  build: { usage: 'build', does: 'compile what changed', run: async (args) => options(args, [], 0).files.length },
}

/**
 * Runs one `tollgate` command and returns its exit code: 0 for done, 1 for a failure, 2 for a wrong command line.
 * Expected failures are one line on stderr; anything else is a defect and is thrown.
 */
export async function main(args: readonly string[], env: Environment): Promise<number> {
  const [name = 'help', ...rest] = args
  if (['help', '--help', '-h'].includes(name)) return print(help())
  if (['version', '--version', '-v'].includes(name)) return print(version())
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) {
    process.stderr.write(`tollgate: there is no command '${name}'\n${help()}\n`)
    return 2
  }
  if (rest.includes('--help') || rest.includes('-h')) return print(`${usageOf(command)}\n  ${command.does}`)
  try {
    return await command.run(rest, env)
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`tollgate: ${error.message}\n${usageOf(command)}\n`)
      return 2
    }
    if (!(error instanceof Failure)) throw error
    process.stderr.write(`tollgate: ${error.message}\n`)
    return 1
  }
}

function usageOf({ usage, details }: Command): string {
  return [`Usage: tollgate ${usage}`, ...(details === undefined ? [] : [details])].join('\n')
}

/** The one that is named; else Envoy, and Kong too where a relay has an address and a secret. */
function gatewaysOf(name: string | undefined, env: Environment): readonly ('envoy' | 'kong')[] {
  if (name === 'envoy' || name === 'kong') return [name]
  if (name !== undefined) throw new UsageError(`--gateway is envoy or kong, not '${name}'`)
  return env['TOLLGATE_RELAY_ADDRESS'] && env['TOLLGATE_CONTEXT_SECRET'] ? ['envoy', 'kong'] : ['envoy']
}

/** Splits arguments into `--name VALUE` options and at most `most` files. Throws `UsageError` on anything else. */
function options(args: readonly string[], names: readonly string[], most: number) {
  const definitions = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  const { values, positionals } = parsed({
    args: [...args],
    options: definitions,
    allowPositionals: true,
    strict: true,
  })
  const unexpected = positionals[most]
  if (unexpected !== undefined) throw new UsageError(`unexpected argument '${unexpected}'`)
  const named = Object.fromEntries(names.map((name) => [name, text(values[name])]))
  return { named, files: positionals }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function help(): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length))
  const lines = Object.values(COMMANDS).map(({ usage, does }) => `  ${usage.padEnd(width)}  ${does}`)
  return ['Usage: tollgate COMMAND', '', ...lines].join('\n')
}

function print(output: string): number {
  process.stdout.write(`${output}\n`)
  return 0
}
