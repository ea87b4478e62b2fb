import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { describe } from 'vitest'
import { startControl } from '../../../src/cli/local/control.ts'
import { createKvStore } from '../../../src/cli/local/kv-store.ts'
import { createControlStore } from '../../../src/cli/publish/control-store.ts'
import type { Store } from '../../../src/cli/publish/store.ts'
import { createWranglerStore } from '../../../src/cli/publish/wrangler-store.ts'
import { describePolicyStore } from '../../contract/policy-store.ts'
import { createFakeWrangler } from './fake-wrangler.ts'

async function openKv(): Promise<{ store: Store; close(): Promise<void> }> {
  const options = { modules: true, script: 'export default {}', kvNamespaces: ['RULES'] }
  const instance = new Miniflare(convertV4MiniflareOptions(options))
  const store = createKvStore(await instance.getKVNamespace('RULES'), 'a namespace')
  return { store, close: () => instance.dispose() }
}

describePolicyStore('the KV of a local edge', openKv)

describePolicyStore('the control door of a local edge', async () => {
  const kv = await openKv()
  const control = await startControl({ store: kv.store, token: 'secret' })
  return {
    store: createControlStore({ url: control.url, token: 'secret', place: 'the edge' }),
    close: async () => {
      await control.stop()
      await kv.close()
    },
  }
})

describe.each(['remote', 'local'] as const)('through wrangler', (where) => {
  describePolicyStore(`--${where}`, async () => {
    const wrangler = await createFakeWrangler()
    const store = createWranglerStore({ run: wrangler.run, where, print: () => {} })
    return { store, close: wrangler.remove }
  })
})
