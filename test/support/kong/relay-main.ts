import { main } from '../../../cli/main.js'

/** What a relay that runs as a process of its own is told beside its environment. */
export interface RelayOrders {
  readonly configPath: string
  /** How far its clock is ahead, in milliseconds. */
  readonly clockAhead: number
}

async function run({ configPath, clockAhead }: RelayOrders): Promise<void> {
  const now = Date.now
  Date.now = () => now() + clockAhead
  process.exitCode = await main(['serve', '--config', configPath, '--gateway', 'kong'], process.env)
}

const orders = process.argv[2]
if (orders !== undefined && process.argv[1]?.endsWith('relay-main.js')) await run(JSON.parse(orders))
