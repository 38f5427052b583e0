import type { Pdk } from '../../plugins/pdk.js'

/** A call that a plugin made: the method and its arguments. */
export type Call = readonly [method: string, ...args: readonly unknown[]]

/** A request inside Kong, as one plugin sees it. */
export interface FakeKong {
  readonly kong: Pdk
  readonly calls: readonly Call[]
  /** The arguments of the only call of a method. */
  args(method: string): readonly unknown[]
}

/** A request that a plain route lets in: nobody is known, and every upstream exists. */
export const NOBODY: Readonly<Record<string, unknown>> = {
  getRoute: { id: 'r-1', name: 'chat', service: { id: 's-1' }, paths: ['/'] },
  getPath: '/v1/chat/completions',
  setUpstream: true,
}

/** Answers calls from a table by method (nil for others); `failing` rejects as kong-pdk does. No call may follow an exit. */
export function fakeKong(answers: Readonly<Record<string, unknown>>, failing: readonly string[] = []): FakeKong {
  const calls: Call[] = []
  const method =
    (name: string) =>
    async (...args: readonly unknown[]) => {
      if (calls.some(([earlier]) => earlier === 'exit')) throw new Error(`${name} after an exit is never answered`)
      calls.push([name, ...args])
      if (failing.includes(name)) throw new PdkError(`PDK method ${name} failed:  out of order`)
      return answers[name]
    }
  return {
    kong: {
      'client.get_consumer': method('getConsumer'),
      'client.get_credential': method('getCredential'),
      'client.get_forwarded_ip': method('getForwardedIp'),
      'router.get_route': method('getRoute'),
      'request.get_path': method('getPath'),
      'request.get_header': method('getHeader'),
      'ctx.shared.get': (name) => method(name)(),
      'service.request.set_header': method('setHeader'),
      'service.request.clear_header': method('clearHeader'),
      'service.set_upstream': method('setUpstream'),
      'response.exit': method('exit'),
    },
    calls,
    args(name) {
      const [found, ...more] = calls.filter(([called]) => called === name)
      if (!found || more.length > 0) throw new Error(`${name} was called ${calls.length} times: ${calls.join('; ')}`)
      return found.slice(1)
    },
  }
}

/** kong-pdk's error, which is known by its name only. */
class PdkError extends Error {
  override readonly name = 'PDKError'
}
