import type { Entity } from '../entity.js'

/** Found by their check sums (`scan/wallet.ts`). */
export const WALLETS: readonly Entity[] = [
  { name: 'bitcoin_address', pack: 'global' },
  { name: 'ethereum_address', pack: 'global', labels: ['eth', 'ethereum', 'wallet', 'address', 'erc'] },
  { name: 'litecoin_address', pack: 'global' },
  { name: 'dogecoin_address', pack: 'global' },
  { name: 'tron_address', pack: 'global' },
  { name: 'ripple_address', pack: 'global' },
]
