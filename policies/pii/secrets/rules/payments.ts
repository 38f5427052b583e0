import { named, type SecretRule, token, UUID } from '../rule.js'

/** Payments, shops, banks, exchanges and shipping. */
export const PAYMENTS: readonly SecretRule[] = [
  token(
    'stripe_key',
    ...['sk', 'rk'].flatMap((kind) => ['test', 'live', 'prod'].map((mode) => `${kind}_${mode}_{alnum:10-120}`)),
  ),
  token('stripe_webhook_secret', 'whsec_{base64:32-64}{pad:0-2}'),
  token('square_token', 'sq0atp-{slug:22-60}', 'sq0csp-{slug:43}', 'EAAA{slug:22-60}'),
  token('shopify_token', 'shpat_{Hex:32}', 'shpca_{Hex:32}', 'shppa_{Hex:32}', 'shpss_{Hex:32}'),
  token('shippo_token', 'shippo_live_{Hex:40}', 'shippo_test_{Hex:40}'),
  token(
    'flutterwave_key',
    'FLWSECK_TEST-{lower:12}',
    'FLWSECK_TEST-{lower:32}-X',
    'FLWPUBK_TEST-{lower:32}-X',
    'FLWSECK-{lower:32}-X',
    'FLWPUBK-{lower:32}-X',
  ),
  token('duffel_token', 'duffel_test_{padded:43}', 'duffel_live_{padded:43}'),
  token('easypost_key', 'EZAK{alnum:54}', 'EZTK{alnum:54}'),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shape, not a template
  token('braintree_access_token', 'access_token$production${lower:16}${hex:32}'),
  token('razorpay_key', 'rzp_live_{alnum:14}', 'rzp_test_{alnum:14}'),
  named(
    'plaid_access_token',
    'plaid',
    ...['sandbox', 'development', 'production'].map((kind) => `access-${kind}-${UUID}`),
  ),
  named('plaid_secret', 'plaid', '{alnum:24}', '{alnum:30}'),
  named('gocardless_token', 'gocardless|go cardless', 'live_{padded:40}'),
  named('lob_key', 'lob', 'live_{hex:35}', 'test_{hex:35}', 'live_pub_{hex:31}', 'test_pub_{hex:31}'),
  named('freshbooks_token', 'freshbooks', '{alnum:64}'),
  named('finicity_key', 'finicity', '{hex:32}', '{alnum:20}'),
  named('finnhub_token', 'finnhub', '{alnum:20}'),
  named('coinbase_token', 'coinbase', '{slug:64}'),
  named('bittrex_key', 'bittrex', '{alnum:32}'),
  named('kraken_token', 'kraken', '{any:80-90}'),
  named('kucoin_key', 'kucoin', '{hex:24}', UUID),
  named('etsy_token', 'etsy', '{alnum:24}'),
  named('squarespace_token', 'squarespace', UUID),
]
