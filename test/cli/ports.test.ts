import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { addresses } from '../../cli/configuration.js'
import { checkListenerFree, checkPortVariables, checkServerFree, urlOf } from '../../cli/ports.js'

test('a taken port is a failure that names the variable to change', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? String(address.port) : ''
  try {
    const message = (variable: string) => ({
      name: 'Failure',
      message: new RegExp(`port ${port} .*in use.* ${variable}=`),
    })
    await assert.rejects(checkListenerFree(addresses({ TOLLGATE_PORT: port })), message('TOLLGATE_PORT'))
    await assert.rejects(checkServerFree(addresses({ TOLLGATE_ADMIN_PORT: port })), message('TOLLGATE_ADMIN_PORT'))
    const extproc = { TOLLGATE_ADMIN_PORT: '0', TOLLGATE_EXTPROC_ADDRESS: `127.0.0.1:${port}` }
    await assert.rejects(checkServerFree(addresses(extproc)), message('TOLLGATE_EXTPROC_ADDRESS'))
  } finally {
    server.close()
  }
})

test('free ports and a socket path pass', async () => {
  const free = { TOLLGATE_PORT: '0', TOLLGATE_ADMIN_PORT: '0', TOLLGATE_EXTPROC_ADDRESS: 'unix:/tmp/x.sock' }
  await checkListenerFree(addresses(free))
  await checkServerFree(addresses(free))
})

test('an address that is none is a failure', async () => {
  const wrong = { TOLLGATE_ADMIN_PORT: '0', TOLLGATE_EXTPROC_ADDRESS: 'here' }
  await assert.rejects(checkServerFree(addresses(wrong)), /HOST:PORT or unix:PATH/)
  const bind = { TOLLGATE_PORT: '0', TOLLGATE_BIND: '192.0.2.1' }
  await assert.rejects(checkListenerFree(addresses(bind)), /TOLLGATE_BIND/)
  for (const port of ['abc', '0', '65536', '-1', '80 ']) {
    assert.throws(() => checkPortVariables({ TOLLGATE_PORT: port }), /TOLLGATE_PORT is .*1 to 65535/)
  }
  checkPortVariables({ TOLLGATE_PORT: '', TOLLGATE_ADMIN_PORT: '65535' })
})

test('a wildcard is reached through loopback', () => {
  assert.equal(urlOf('0.0.0.0', 80), 'http://127.0.0.1:80')
  assert.equal(urlOf('::', 80), 'http://[::1]:80')
  assert.equal(urlOf('10.0.0.1', 80), 'http://10.0.0.1:80')
})
