import type { TestContext } from 'node:test'
import { main } from '../../cli/main.js'

/** Runs a command in this process; the text that it writes is caught. The test runner itself writes bytes, which pass. */
export async function runMain(t: TestContext, args: readonly string[], env: Record<string, string> = {}) {
  const caught = { out: '', err: '' }
  const catching = (name: 'out' | 'err', stream: NodeJS.WriteStream) => {
    const pass = stream.write.bind(stream)
    return (text: string | Uint8Array) => {
      if (typeof text !== 'string') return pass(text)
      caught[name] += text
      return true
    }
  }
  const out = t.mock.method(process.stdout, 'write', catching('out', process.stdout))
  const err = t.mock.method(process.stderr, 'write', catching('err', process.stderr))
  try {
    return { code: await main(args, env), ...caught }
  } finally {
    out.mock.restore()
    err.mock.restore()
  }
}
