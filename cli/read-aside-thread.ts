import { parentPort, workerData } from 'node:worker_threads'
import { type Environment, readConfiguration } from './configuration.js'
import { type ReadAside, readAndHash } from './read-aside.js'

// The thread of `asideReader`: reads one file whenever it is told to, and says what is in it.
const { path, env }: { readonly path: string; readonly env: Environment } = workerData
parentPort?.on('message', () => {
  const hashes = new Map<string, string>()
  const read: ReadAside = { parsed: readConfiguration(path, env, readAndHash(hashes)), hashes }
  parentPort?.postMessage(read)
})
