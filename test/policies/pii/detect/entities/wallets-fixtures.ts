import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const WALLETS_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'bitcoin_address',
    accepts: [
      'send to «1KUCzSr49wPWckUDouJLybJuRYtViF5hfM»',
      '«37MaqGePco8NRnndHVmm85hZHwqEtL2LUv»',
      '«bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4»',
      '«bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0»',
    ],
    rejects: ['send to 1KUCzSr49wPWckUDouJLybJuRYtViF5hfx', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
  },
  {
    entity: 'ethereum_address',
    accepts: [
      '«0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed»',
      'ETH wallet «0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359»',
    ],
    rejects: ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD', '0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359'],
  },
  {
    entity: 'litecoin_address',
    accepts: ['«LPTmJ8osYPoZ5ScvRPvEKYuzNNi6VWpj5N»', '«ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9»'],
    rejects: ['LPTmJ8osYPoZ5ScvRPvEKYuzNNi6VWpj5x'],
  },
  {
    entity: 'dogecoin_address',
    accepts: ['«D7PZ6ageS8nXWE1P8WCB21d9kXqN9hXGAS»'],
    rejects: ['D7PZ6ageS8nXWE1P8WCB21d9kXqN9hXGAx'],
  },
  {
    entity: 'tron_address',
    accepts: ['«TFkqQFpGQm7BkCBePHoxDziowfd2uW89vN»'],
    rejects: ['TFkqQFpGQm7BkCBePHoxDziowfd2uW89vx'],
  },
  {
    entity: 'ripple_address',
    accepts: ['«rhPcPGeCEQpQmMvvLRiUJmzbLPHigb1KmE»'],
    rejects: ['rhPcPGeCEQpQmMvvLRiUJmzbLPHigb1Kmx'],
  },
]
