import { parentPort, workerData } from 'node:worker_threads'
import { type Environment, readConfiguration } from './configuration.js'

// The thread of `readConfigurationAside`: reads one file, says what is in it, and ends.
const { path, env }: { readonly path: string; readonly env: Environment } = workerData
parentPort?.postMessage(readConfiguration(path, env))
