import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Environment } from './configuration.js'
import { Failure, UsageError } from './failure.js'
import { projectRoot } from './project-root.js'

interface Command {
  readonly usage: string
  readonly does: string
  /** Gets what follows the command's name; returns the exit code. */
  run(args: readonly string[], env: Environment): Promise<number>
}

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
    usage: 'serve --config FILE [--envoy-dir DIR]',
    does: 'run Tollgate beside an Envoy that runs already',
    run: async (args, env) => {
      const { config, 'envoy-dir': envoyDir } = options(args, ['config', 'envoy-dir'], 0).named
      if (config === undefined) throw new UsageError('serve needs --config FILE')
      const { runServer } = await import('./run-server.js')
      // Envoy reads the files that name each other from wherever it was started.
      return runServer({ configPath: config, env, ...(envoyDir === undefined ? {} : { envoyDir: resolve(envoyDir) }) })
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
    usage: 'render envoy FILE [--bootstrap]',
    does: "print Envoy's configuration for a file",
    run: async (args, env) => {
      const [host, file, extra] = args.filter((arg) => arg !== '--bootstrap')
      const flag = [host, file, extra].find((arg) => arg?.startsWith('-'))
      if (flag !== undefined) throw new UsageError(`unknown option '${flag}'`)
      if (host !== 'envoy') throw new UsageError(`render knows envoy, not '${host ?? ''}'`)
      if (file === undefined || extra !== undefined) throw new UsageError('render envoy needs one FILE')
      const { renderEnvoy } = await import('./render.js')
      const form = args.includes('--bootstrap') ? 'bootstrap' : 'parts'
      return print(renderEnvoy({ configPath: file, env, form }).trimEnd())
    },
  },
  budget: {
    usage: 'budget show [NAME] [--json] | reset KEY',
    does: 'show what budgets hold in the running Tollgate, or set one to zero',
    run: async (args, env) => {
      const { values, positionals } = parsed({
        args: [...args],
        options: { json: { type: 'boolean' } },
        allowPositionals: true,
      })
      const [action, what, extra] = positionals
      if (action !== 'show' && action !== 'reset') throw new UsageError('budget needs show or reset')
      if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`)
      const { showBudgets, resetBudget } = await import('./budget.js')
      if (action === 'show') return showBudgets({ name: what, form: values['json'] === true ? 'json' : 'table', env })
      if (what === undefined) throw new UsageError('budget reset needs a KEY')
      if (values['json'] !== undefined) throw new UsageError("budget reset knows no '--json'")
      return resetBudget(what, env)
    },
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
  load: {
    usage: 'load',
    does: 'run the load test',
    run: async (args) => (await import('../bench/load.js')).main([...args]),
  },
  conformance: {
    usage: 'conformance DIR',
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
  if (rest.includes('--help') || rest.includes('-h'))
    return print(`Usage: tollgate ${command.usage}\n  ${command.does}`)
  try {
    return await command.run(rest, env)
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`tollgate: ${error.message}\nUsage: tollgate ${command.usage}\n`)
      return 2
    }
    if (!(error instanceof Failure)) throw error
    process.stderr.write(`tollgate: ${error.message}\n`)
    return 1
  }
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

function parsed(config: Parameters<typeof parseArgs>[0]) {
  try {
    return parseArgs(config)
  } catch (error) {
    const [first = 'wrong arguments'] = error instanceof Error ? error.message.split('. ') : []
    throw new UsageError(first)
  }
}

function help(): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length))
  const lines = Object.values(COMMANDS).map(({ usage, does }) => `  ${usage.padEnd(width)}  ${does}`)
  return ['Usage: tollgate COMMAND', '', ...lines].join('\n')
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))
  return String(version)
}

function print(output: string): number {
  process.stdout.write(`${output}\n`)
  return 0
}
