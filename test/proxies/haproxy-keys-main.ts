/** `sallyport origin haproxy-keys` in a process of its own, so that a test can end it as an operator would. */
import { haproxyKeysCommand } from '../../src/cli/origin/haproxy-keys.ts'

await haproxyKeysCommand().parseAsync(process.argv.slice(2), { from: 'user' })
